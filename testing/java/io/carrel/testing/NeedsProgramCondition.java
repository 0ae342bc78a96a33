package io.carrel.testing;

import com.google.common.base.Splitter;
import io.carrel.linux.uapi.Processor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides about {@link NeedsProgram}. */
final class NeedsProgramCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), NeedsProgram.class)
                .filter(needs -> !Arrays.asList(needs.exceptOn()).contains(Processor.current()))
                .map(needs -> evaluate(needs.value(), System.getenv()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("needs no program"));
    }

    static ConditionEvaluationResult evaluate(String[] programs, Map<String, String> environment) {
        for (String program : programs) {
            if (!isInstalled(program, environment.getOrDefault("PATH", ""))) {
                String reason = "the program " + program + " is not installed";
                if ("true".equals(environment.get("CI"))) {
                    throw new IllegalStateException(reason + "; in CI no test is skipped for that");
                }
                return ConditionEvaluationResult.disabled(reason);
            }
        }
        return ConditionEvaluationResult.enabled("installed: " + String.join(", ", programs));
    }

    private static boolean isInstalled(String program, String path) {
        return StreamSupport.stream(
                        Splitter.on(':').omitEmptyStrings().split(path).spliterator(), false)
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}

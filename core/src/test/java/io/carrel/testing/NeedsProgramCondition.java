package io.carrel.testing;

import com.google.common.base.Splitter;
import java.nio.file.Files;
import java.nio.file.Path;
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
                .map(needs -> evaluate(needs.value()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("needs no program"));
    }

    private static ConditionEvaluationResult evaluate(String[] programs) {
        for (String program : programs) {
            if (!isInstalled(program)) {
                String reason = "the program " + program + " is not installed";
                if ("true".equals(System.getenv("CI"))) {
                    throw new IllegalStateException(reason + "; in CI no test is skipped for that");
                }
                return ConditionEvaluationResult.disabled(reason);
            }
        }
        return ConditionEvaluationResult.enabled("installed: " + String.join(", ", programs));
    }

    private static boolean isInstalled(String program) {
        Iterable<String> directories =
                Splitter.on(':').omitEmptyStrings().split(System.getenv().getOrDefault("PATH", ""));
        return StreamSupport.stream(directories.spliterator(), false)
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}

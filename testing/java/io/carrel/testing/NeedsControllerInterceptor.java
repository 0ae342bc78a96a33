package io.carrel.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.MountInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a test with {@link NeedsController}. */
final class NeedsControllerInterceptor implements InvocationInterceptor {

    private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        Optional<String> missing = missing(context);
        if (missing.isEmpty()) {
            test.proceed();
            return;
        }
        assertThatThrownBy(test::proceed)
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("cgroup controller " + missing.get());
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        interceptTestMethod(test, method, context);
    }

    private static Optional<String> missing(ExtensionContext context) {
        Set<String> mounted = mounted();
        return AnnotationSupport.findAnnotation(context.getElement(), NeedsController.class).stream()
                .flatMap(needs -> Arrays.stream(needs.value()))
                .filter(controller -> !mounted.contains(controller))
                .findFirst();
    }

    /** What the kernel says, not what the code under test makes of it. */
    private static Set<String> mounted() {
        return MountInfo.current().stream()
                .map(NeedsControllerInterceptor::controllers)
                .flatMap(Collection::stream)
                .collect(Collectors.toSet());
    }

    private static Collection<String> controllers(MountInfo mount) {
        return switch (mount.type()) {
            case "cgroup" -> mount.superOptions();
            case "cgroup2" -> listed(mount);
            default -> List.of();
        };
    }

    private static List<String> listed(MountInfo mount) {
        try {
            return WORDS.splitToList(Files.readString(mount.mountPoint().resolve("cgroup.controllers"))
                    .strip());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot see the controllers at " + mount.mountPoint(), e);
        }
    }
}

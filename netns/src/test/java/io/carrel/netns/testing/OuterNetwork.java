package io.carrel.netns.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A network namespace that plays the host, with a {@code /run} of its own: each test runs in one, so that nothing is
 * ever set up in the machine's own network. {@code @ExtendWith(OuterNetwork.class)}.
 */
public final class OuterNetwork implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<java.lang.reflect.Method> context,
            ExtensionContext extension)
            throws Throwable {
        inside(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<java.lang.reflect.Method> context,
            ExtensionContext extension)
            throws Throwable {
        inside(invocation);
    }

    private static void inside(Invocation<@Nullable Void> invocation) throws Exception {
        String machine = link("/proc/self/ns/net");
        run(() -> {
            assertThat(link("/proc/thread-self/ns/net")).isNotEqualTo(machine);
            proceed(invocation);
        });
    }

    private static void proceed(Invocation<@Nullable Void> invocation) throws Exception {
        try {
            invocation.proceed();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Runs something in a new network namespace with a new /run. */
    public static void run(Namespace.Task<Exception> task) throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create();
                Namespace mounts = Namespace.create(NamespaceType.MOUNT)) {
            mounts.run(() -> host.run(() -> {
                sh("mount -t tmpfs carrel-test /run; mount -t sysfs carrel-test /sys");
                task.perform();
            }));
        }
    }

    private static String link(String path) {
        try {
            return java.nio.file.Files.readSymbolicLink(java.nio.file.Path.of(path))
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a shell prints in the calling thread's network. */
    public static String sh(String script) {
        return output("sh", "-ec", script);
    }

    /** What the command prints, without the last line's end; it must succeed. */
    public static String output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor())
                    .as("%s: %s", Arrays.toString(command), output)
                    .isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What a command that prints JSON prints. */
    public static JsonNode json(String script) {
        return JsonMapper.shared().readTree(sh(script));
    }
}

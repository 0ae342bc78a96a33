package io.carrel.internal.network.detached;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.linux.Errno;
import io.carrel.linux.HostFileException;
import io.carrel.linux.SetupException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.Namespace;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** A {@link NetworkHelper} that this JVM has started. Thread-safe. */
final class HelperJvm implements AutoCloseable {

    private static final String DOING = "start a JVM that serves the container's network";

    /** One class of each library that the helper needs. */
    private static final List<String> NEEDED = List.of(
            NetworkHelper.class.getName(),
            "io.carrel.netns.Egress",
            "io.carrel.fs.Storage",
            "io.carrel.cgroups.Cgroup",
            "io.carrel.namespaces.Namespace",
            "io.carrel.linux.Errno",
            "com.google.common.collect.ImmutableList",
            "com.google.common.util.concurrent.internal.InternalFutures",
            "com.sun.jna.Native",
            "org.slf4j.LoggerFactory",
            "org.xbill.DNS.Message");

    /** It relays, and is one of many: what makes a JVM fast after minutes makes it large. */
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx64m",
            "-Xss512k",
            "-Dslf4j.internal.verbosity=ERROR", // that there is nobody to log to
            "--enable-native-access=ALL-UNNAMED");

    private final Process process;
    private final Path log;

    @GuardedBy("this") private final Messages messages;

    private HelperJvm(Process process, Path log) {
        this.process = process;
        this.log = log;
        messages = new Messages(process.getInputStream(), process.getOutputStream());
    }

    /**
     * Starts one, which takes what it needs before the container is there.
     *
     * @param log what it appends to when something goes wrong
     * @throws UnsupportedFeatureException if this JVM cannot start another
     */
    static Started start(NetworkText text, Path log) {
        HelperJvm helper = new HelperJvm(spawn(log), log);
        try {
            return new Started(helper, helper.ask(text.values()));
        } catch (RuntimeException | Error e) {
            helper.kill();
            throw e;
        }
    }

    /** One that has been started, and what it has got so far. */
    record Started(HelperJvm helper, Taken taken) {}

    private static Process spawn(Path log) {
        Path java = Path.of(System.getProperty("java.home", "/"), "bin", "java");
        if (!Files.isExecutable(java)) {
            throw unsupported(java + " is not there, so no second JVM can be started");
        }
        ImmutableList.Builder<String> words = ImmutableList.builder();
        words.add(java.toString()).addAll(OPTIONS);
        // JNA takes its library out of its jar into a directory from which it can be loaded.
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("jna.") || name.equals("java.io.tmpdir"))
                .sorted()
                .forEach(name -> words.add("-D%s=%s".formatted(name, System.getProperty(name))));
        words.add("-cp", String.join(File.pathSeparator, classPath()), NetworkHelper.class.getName());
        ProcessBuilder builder = new ProcessBuilder(words.build()).directory(new File("/"));
        // It needs PATH for nothing but what it starts, and must not keep what a password is in.
        builder.environment().keySet().retainAll(Set.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"));
        try {
            return builder.redirectError(Redirect.appendTo(log.toFile())).start();
        } catch (IOException e) {
            throw new HostFileException("Cannot " + DOING + ": " + e, e);
        }
    }

    private static Set<String> classPath() {
        Set<String> all = new LinkedHashSet<>();
        for (String name : NEEDED) {
            all.add(place(name)
                    .orElseThrow(() ->
                            unsupported("the class %s comes from no jar or directory, so a second JVM would not find it"
                                    .formatted(name))));
        }
        return all;
    }

    private static Optional<String> place(String name) {
        try {
            Class<?> found = Class.forName(name, false, HelperJvm.class.getClassLoader());
            CodeSource source = found.getProtectionDomain().getCodeSource();
            URL location = source == null ? null : source.getLocation();
            return location == null || !location.getProtocol().equals("file")
                    ? Optional.empty()
                    : Optional.of(Path.of(location.toURI()).toString());
        } catch (ClassNotFoundException | URISyntaxException unknown) {
            return Optional.empty();
        }
    }

    private static UnsupportedFeatureException unsupported(String reason) {
        return new UnsupportedFeatureException(
                "network for a container that outlives this JVM",
                reason + ". Start it attached, or with Network.none() or Network.host() and no published ports.");
    }

    /** Has it connect the container's network, and serve it from then on. */
    synchronized Taken connect(int pid, Namespace network) {
        String file = "/proc/%d/fd/%d"
                .formatted(ProcessHandle.current().pid(), network.descriptor().number());
        return ask(new NetworkHelper.Place(pid, file));
    }

    private synchronized Taken ask(Object question) {
        Object answer;
        try {
            messages.send(question);
            answer = messages.receive().orElse(null);
        } catch (IOException e) {
            throw failure(e.toString());
        }
        if (answer instanceof RuntimeException failure) {
            throw failure;
        }
        if (answer instanceof Error failure) {
            throw failure;
        }
        if (answer == null) {
            throw failure("It has ended without a word.");
        }
        checkState(answer instanceof Taken, "a helper says %s", answer);
        return (Taken) answer;
    }

    private SetupException failure(String what) {
        return new SetupException(
                DOING, "execve", "java " + NetworkHelper.class.getName(), Errno.ECONNRESET, what + said());
    }

    private String said() {
        try {
            String text = Files.readString(log).strip();
            return text.isEmpty() ? "" : " It said: " + text;
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Returns its pid. */
    long pid() {
        return process.pid();
    }

    /** Has it give all back, and waits until it has. */
    @Override
    public synchronized void close() {
        try {
            messages.send(NetworkHelper.END);
        } catch (IOException hasEnded) {
            // It has given back all then.
        }
        try {
            Uninterruptibles.getUninterruptibly(process.onExit());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void kill() {
        process.destroyForcibly();
    }
}

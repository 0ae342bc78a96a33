package io.carrel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A JVM like this one that runs a main class of the tests, for what cannot be done to the JVM that runs the tests. */
public final class ChildJvm {

    private final List<String> prefix;
    private final List<String> options = new ArrayList<>();
    private boolean nativeAccess = true;
    private String classPath = Splitter.on(File.pathSeparatorChar)
            .splitToStream(System.getProperty("java.class.path", ""))
            .map(entry -> Path.of(entry).toAbsolutePath().toString()) // the child may start elsewhere
            .collect(Collectors.joining(File.pathSeparator));

    private ChildJvm(List<String> prefix) {
        this.prefix = prefix;
    }

    /** What a JVM printed. */
    public record Output(String stdout, String stderr, int exitCode) {

        /** The standard output of a JVM that was successful and printed no errors. */
        public String success() {
            assertThat(stderr)
                    .as("errors of the JVM, which printed: %s", stdout)
                    .isEmpty();
            assertThat(exitCode).isZero();
            return stdout;
        }
    }

    /** A JVM that is started by this command, which executes the words after it; by none if it is empty. */
    public static ChildJvm by(String... command) {
        return new ChildJvm(List.of(command));
    }

    /** Adds an option of the JVM's. */
    public ChildJvm option(String option) {
        options.add(option);
        return this;
    }

    /** Does not allow native calls. */
    public ChildJvm withoutNativeAccess() {
        nativeAccess = false;
        return this;
    }

    /** Takes classes from elsewhere than this JVM does. */
    public ChildJvm classPath(String other) {
        classPath = other;
        return this;
    }

    /** The words of the command that starts it. */
    public List<String> command(Class<?> main, String... arguments) {
        List<String> words = new ArrayList<>(prefix);
        words.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        if (nativeAccess) {
            words.add("--enable-native-access=ALL-UNNAMED");
        }
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        words.addAll(options);
        words.addAll(List.of("-cp", classPath, main.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Starts it; its errors go where this JVM's go. */
    public Process start(Class<?> main, String... arguments) throws IOException {
        return new ProcessBuilder(command(main, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Runs it to its end. */
    public Output run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("child-jvm", ".err");
        try {
            Process process = new ProcessBuilder(command(main, arguments))
                    .redirectError(errors.toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            return new Output(output.strip(), Files.readString(errors).strip(), code);
        } finally {
            Files.delete(errors);
        }
    }
}

package io.carrel.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the contestants run: the same program for all of them. Immutable.
 *
 * @param program the program's path on the host
 * @param arguments its arguments
 * @param bound the directory that a container must be given to have the program, if it is not one of the system's
 */
record Payload(Path program, List<String> arguments, Optional<Path> bound) {

    /** Where {@link #bound} appears inside. */
    static final String BOUND_INSIDE = "/bench";

    /** The system property that asks for the generated program. */
    static final String GENERATED = "carrel.benchmarks.generated";

    private static final Path BUSYBOX = Path.of("/usr/bin/busybox");

    Payload {
        arguments = List.copyOf(arguments);
    }

    /**
     * A static {@code true}: busybox, or a generated program of a few bytes.
     *
     * @param directory where to put the generated one
     */
    static Payload staticTrue(Path directory) {
        if (hasStaticBusybox()) {
            return new Payload(BUSYBOX, List.of("true"), Optional.empty());
        }
        return new Payload(StaticTrue.writeTo(directory), List.of(), Optional.of(directory));
    }

    /** Runs until its standard input ends. */
    static Payload cat() {
        return system("cat");
    }

    /** Writes zeroes to standard output, a mebibyte at a time. */
    static Payload zeroes(int mebibytes) {
        return system("dd", "if=/dev/zero", "bs=1M", "count=" + mebibytes, "status=none");
    }

    private static Payload system(String applet, String... arguments) {
        if (!hasStaticBusybox()) {
            return new Payload(Path.of("/usr/bin", applet), List.of(arguments), Optional.empty());
        }
        List<String> words = new ArrayList<>(List.of(applet));
        words.addAll(List.of(arguments));
        return new Payload(BUSYBOX, words, Optional.empty());
    }

    private static boolean hasStaticBusybox() {
        return !Boolean.getBoolean(GENERATED) && Files.isExecutable(BUSYBOX) && StaticTrue.isStatic(BUSYBOX);
    }

    /** The command for one who sees the host's files. */
    List<String> outside() {
        return words(program.toString());
    }

    /** The command for one who sees the system's directories, and {@link #bound} as {@link #BOUND_INSIDE}. */
    List<String> inside() {
        return words(bound.isEmpty() ? program.toString() : BOUND_INSIDE + "/" + program.getFileName());
    }

    private List<String> words(String first) {
        List<String> words = new ArrayList<>(List.of(first));
        words.addAll(arguments);
        return words;
    }

    @Override
    public String toString() {
        return String.join(" ", outside()) + (bound.isPresent() ? " (generated, bound to " + BOUND_INSIDE + ")" : "");
    }
}

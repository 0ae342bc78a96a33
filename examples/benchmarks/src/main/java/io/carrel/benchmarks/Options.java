package io.carrel.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the command line asks for. Immutable.
 *
 * @param quick fewer forks and rounds
 * @param check whether a missed target is a failure
 * @param generated whether the generated {@code true} is used even if there is a static busybox
 * @param sections what is measured
 * @param output where the results go
 */
record Options(boolean quick, boolean check, boolean generated, Set<Section> sections, Path output) {

    Options {
        sections = Set.copyOf(sections);
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if it is wrong
     */
    static Options parse(String... arguments) {
        List<String> flags = new ArrayList<>();
        Set<Section> only = EnumSet.noneOf(Section.class);
        Path output = Path.of("target", "results");
        for (Iterator<String> words = List.of(arguments).iterator(); words.hasNext(); ) {
            String word = words.next();
            switch (word) {
                case "--quick", "--check", "--generated" -> flags.add(word);
                case "--only" -> only.add(Section.valueOf(value(word, words).toUpperCase(Locale.ROOT)));
                case "--out" -> output = Path.of(value(word, words));
                default -> throw new IllegalArgumentException("unknown option " + word);
            }
        }
        return new Options(
                flags.contains("--quick"),
                flags.contains("--check"),
                flags.contains("--generated"),
                only.isEmpty() ? EnumSet.allOf(Section.class) : only,
                output);
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.next();
    }
}

package io.carrel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.runner.RunnerException;

/** Measures Carrel, {@link ProcessBuilder} and the programs that are installed, and prints one table. */
public final class Main {

    private static final int MISSED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int FAILED = 3;

    private final Options options;
    private final Report report = new Report(System.out);

    private Main(Options options) {
        this.options = options;
    }

    /** Runs what the command line asks for. */
    public static void main(String[] arguments) throws IOException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "; --help shows the options");
            System.exit(WRONG_USAGE);
            return;
        }
        try {
            System.exit(new Main(options).run());
        } catch (RunnerException e) {
            System.err.println("A benchmark failed, see the last of the logs in " + options.output());
            System.exit(FAILED);
        }
    }

    private int run() throws IOException, RunnerException {
        Files.createDirectories(options.output());
        if (options.generated()) {
            System.setProperty(Payload.GENERATED, "true");
        }
        // The lock is a file in the directory for temporary files, which may be another user's.
        System.setProperty("jmh.ignoreLock", "true");
        Payload payload = Payload.staticTrue(Contest.directory());
        head(payload);
        List<Way> ways = able(payload);
        for (Section section : EnumSet.copyOf(options.sections())) {
            measure(section, ways);
        }
        report.printTargets();
        report.line("");
        report.line("load at the end: %s", Host.load());
        report.writeTo(options.output());
        System.err.println("results: " + options.output());
        List<String> missed = report.missed();
        if (options.check()) {
            missed.forEach(target -> System.err.println("missed: " + target));
        }
        return options.check() && !missed.isEmpty() ? MISSED : 0;
    }

    private void head(Payload payload) {
        report.line(
                "Linux %s, %d x %s",
                System.getProperty("os.version"), Runtime.getRuntime().availableProcessors(), Host.processor());
        report.line(
                "JDK %s, %s, load %s",
                Runtime.version(), Host.isRoot() ? "root" : "ordinary user " + Host.uid(), Host.load());
        report.line("command: %s", payload);
    }

    /** Those that can run on this host; the others are listed with the reason. */
    private List<Way> able(Payload payload) {
        List<Way> able = new ArrayList<>();
        Map<Way, String> unable = new TreeMap<>();
        for (Way way : Way.values()) {
            try (Contestant contestant = way.open(payload)) {
                Contest.startToExit(contestant);
                able.add(way);
            } catch (IOException | IllegalStateException e) {
                unable.put(
                        way, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }
        unable.forEach((way, reason) -> report.line("left out: %s%n    %s", way.label(), reason));
        if (!able.containsAll(List.of(Way.CARREL, Way.PROCESS_BUILDER))) {
            throw new IllegalStateException("Carrel does not work on this host: " + unable);
        }
        return able;
    }

    private void measure(Section section, List<Way> ways) throws RunnerException {
        System.err.printf("%s...%n", section);
        long begin = System.nanoTime();
        section.run(new Bench(options), ways, report);
        System.err.printf("%s: %d s%n", section, (System.nanoTime() - begin) / 1_000_000_000);
    }
}

package io.carrel.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Throughput and cost of networks next to the same by {@code ip} and {@code nft}, pasta and slirp4netns. Everything is
 * set up in a network namespace that plays the host, by {@link NetworkContest} in a JVM of its own.
 */
final class NetworksSection {

    private NetworksSection() {}

    /** {@code ways} start commands, of which there are none here. */
    static void run(Bench bench, List<Way> ways, Report report) {
        report.title("Networks, in a network namespace that plays the host");
        if (!Host.isRoot()) {
            report.line("Left out: bridges need root.");
            return;
        }
        try {
            measure(bench, report);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot measure networks", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void measure(Bench bench, Report report) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("networks");
        ProcessBuilder builder = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "--mount",
                        "--propagation=private",
                        "--",
                        "sh",
                        "-ec",
                        "mount -t tmpfs tmpfs /run; mount -t sysfs sysfs /sys; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NetworkContest.class.getName(),
                        home.toString(),
                        String.valueOf(bench.choose(7, 4)))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CARREL_HOME", home.toString());
        Process child = builder.start();
        try (BufferedReader lines = child.inputReader()) {
            report.line("%-44s %10s %10s %8s", "medians", "Carrel", "other", "ratio");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                NetworkResult.parse(line).ifPresent(result -> result.tell(report));
            }
        }
        if (child.waitFor() != 0) {
            throw new IOException("the contest of networks ended with %d".formatted(child.exitValue()));
        }
    }
}

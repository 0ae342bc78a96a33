package io.carrel.benchmarks;

import static java.util.Objects.requireNonNull;

import io.carrel.Container;
import io.carrel.fs.RootFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a start takes on one layer and on many: the kernel stacks them, and each costs it something. */
final class LayersSection {

    private static final List<Integer> LAYERS = List.of(1, 16, 100);
    private static final double MOST = 1.2;
    private static final int WARM_UP = 30;

    private LayersSection() {}

    static void measure(Bench bench, Path work, Report report) throws IOException, InterruptedException {
        List<Path> layers = make(work);
        Map<Integer, Container> containers = new TreeMap<>();
        for (int count : LAYERS) {
            containers.put(
                    count,
                    Container.builder()
                            .root(RootFs.overlay(layers.subList(0, count)))
                            .command("/true")
                            .build());
        }
        Map<Integer, List<Double>> times = new TreeMap<>();
        for (int i = 0; i < bench.choose(200, 60) + WARM_UP; i++) {
            for (int count : LAYERS) {
                double millis = time(requireNonNull(containers.get(count)));
                if (i >= WARM_UP) {
                    times.computeIfAbsent(count, unseen -> new ArrayList<>()).add(millis);
                }
            }
        }
        report.title("A start on layers");
        report.line("%-20s %9s %9s", "layers", "median ms", "/ one");
        double one = median(times, 1);
        times.forEach((count, values) -> report.line(
                "%-20d %9.2f %9.2f", count, ImagesSection.median(values), ImagesSection.median(values) / one));
        for (int count : LAYERS.subList(1, LAYERS.size())) {
            report.target("start on %d layers / on one".formatted(count), median(times, count) / one, MOST, "");
        }
    }

    private static double median(Map<Integer, List<Double>> times, int layers) {
        return ImagesSection.median(requireNonNull(times.get(layers)));
    }

    private static double time(Container container) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int code = container.start().waitFor();
        if (code != 0) {
            throw new IOException("the command ended with " + code);
        }
        return (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    private static List<Path> make(Path work) throws IOException {
        List<Path> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS.get(LAYERS.size() - 1); i++) {
            Path layer = Files.createDirectories(work.resolve("layers/" + i));
            Files.writeString(layer.resolve("file" + i), "of layer " + i);
            layers.add(layer);
        }
        Path program = layers.get(0).resolve("true");
        Files.copy(StaticTrue.writeTo(work), program);
        return layers;
    }
}

package io.carrel.benchmarks;

import static java.util.Objects.requireNonNull;

import io.carrel.images.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long it takes until an image that lies on disk is ready to be run: blobs stored, layers unpacked. Each contestant
 * begins with an empty store. What they make stays until all is measured, as deleted files slow down the making of
 * others on ext4. Needs root, umoci, skopeo and podman; those that are missing are left out.
 */
final class ImagesSection {

    private static final int MEBIBYTE = 1 << 20;
    private static final double HALF = 0.5;
    private static final String CARREL = "Carrel, load and unpack";
    private static final String CARREL_ARCHIVE = "Carrel, from an archive";
    private static final String UMOCI = "umoci unpack";
    private static final String PODMAN = "podman load, overlay";

    private final Path work;
    private final Path layout;
    private int round;

    private ImagesSection(Path work) {
        this.work = work;
        this.layout = work.resolve("image");
    }

    private interface Step {
        void run(Path fresh) throws IOException, InterruptedException;
    }

    /** {@code ways} start commands, of which there are none here. */
    static void run(Bench bench, List<Way> ways, Report report) {
        report.title("From an image on disk to a root that can be run");
        try {
            // podman takes no path of more than 50 characters.
            Path work = Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir"), "images"));
            try {
                new ImagesSection(work).measure(bench, report);
            } finally {
                run("rm", "-rf", work.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot measure images", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void measure(Bench bench, Report report) throws IOException, InterruptedException {
        if (!Host.isRoot() || !has("umoci")) {
            report.line("Left out: needs root, and umoci to make the image.");
            return;
        }
        String debian = System.getProperty("carrel.debian.image", "");
        if (debian.isEmpty()) {
            make(bench.choose(4, 2));
            report.line("Generated files in %d layers", bench.choose(4, 2));
        } else {
            run("cp", "-r", debian, layout.toString());
            run("umoci", "tag", "--image", layout + ":latest", "1");
            report.line("A small Debian, made by debootstrap");
        }
        Map<String, Step> contestants = contestants();
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (int i = 0; i < bench.choose(6, 3) + 1; i++) {
            for (Map.Entry<String, Step> contestant : contestants.entrySet()) {
                double millis = time(contestant.getValue());
                if (i > 0) {
                    times.computeIfAbsent(contestant.getKey(), name -> new ArrayList<>())
                            .add(millis);
                }
            }
        }
        print(times, report);
        LayersSection.measure(bench, work, report);
        HeapOfLoading.measure(work, report);
    }

    private static void print(Map<String, List<Double>> times, Report report) {
        report.line("%-28s %9s %9s %9s", "", "median ms", "least ms", "/ Carrel");
        double carrel = median(times.values().iterator().next());
        times.forEach((name, values) -> report.line(
                "%-28s %9.0f %9.0f %9.2f", name, median(values), Collections.min(values), median(values) / carrel));
        for (String peer : List.of(UMOCI, PODMAN)) {
            String carrels = peer.equals(PODMAN) ? CARREL_ARCHIVE : CARREL;
            if (times.containsKey(peer)) {
                report.target("load and unpack / " + peer, ratio(times, carrels, peer), HALF, "");
            } else {
                report.unmeasured("load and unpack / " + peer, "it is not installed");
            }
        }
        report.line("Carrel keeps the blobs, on disk; umoci does not. None waits until the unpacked");
        report.line("files are on disk: that is done in between, in nobody's time.");
    }

    /** The median of the rounds' ratios: what slowed down a whole round does not count. */
    private static double ratio(Map<String, List<Double>> times, String one, String other) {
        List<Double> ones = requireNonNull(times.get(one), one);
        List<Double> others = requireNonNull(times.get(other), other);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ones.size(); i++) {
            ratios.add(ones.get(i) / others.get(i));
        }
        return median(ratios);
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private Map<String, Step> contestants() throws IOException, InterruptedException {
        Map<String, Step> steps = new LinkedHashMap<>();
        steps.put(CARREL, fresh -> ImageStore.open(fresh).load(layout).get(0).layers());
        steps.put(UMOCI, fresh -> run("umoci", "unpack", "--image", layout + ":1", fresh.toString()));
        if (has("podman") && has("skopeo")) {
            Path archive = work.resolve("image.tar");
            run("skopeo", "copy", "oci:" + layout + ":1", "oci-archive:" + archive + ":app:1");
            steps.put(
                    CARREL_ARCHIVE,
                    fresh -> ImageStore.open(fresh).load(archive).get(0).layers());
            steps.put(PODMAN, fresh -> podman(fresh, archive));
        }
        return steps;
    }

    private static void podman(Path fresh, Path archive) throws IOException, InterruptedException {
        run(
                "podman",
                "--root",
                fresh.resolve("root").toString(),
                "--runroot",
                fresh.resolve("run").toString(),
                "--tmpdir",
                fresh.resolve("tmp").toString(),
                "--storage-driver",
                "overlay",
                "load",
                "-i",
                archive.toString());
    }

    private static boolean has(String program) {
        try {
            return !Peers.find(program).isEmpty();
        } catch (IllegalStateException notInstalled) {
            return false;
        }
    }

    private double time(Step step) throws IOException, InterruptedException {
        Path fresh = work.resolve("fresh-" + round++);
        long start = System.nanoTime();
        step.run(fresh);
        double millis = (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        run("sync", "-f", work.toString());
        return millis;
    }

    /** Layers of many small files and some large ones, of content that compresses somewhat, as programs do. */
    private void make(int layers) throws IOException, InterruptedException {
        run("umoci", "init", "--layout", layout.toString());
        run("umoci", "new", "--image", layout + ":1");
        Path bundle = work.resolve("bundle");
        run("umoci", "unpack", "--image", layout + ":1", bundle.toString());
        for (int layer = 0; layer < layers; layer++) {
            Path directory = Files.createDirectories(bundle.resolve("rootfs/layer" + layer));
            for (int i = 0; i < 2000; i++) {
                Files.write(directory.resolve("small" + i), content(4096, layer * 10_000 + i));
            }
            for (int i = 0; i < 4; i++) {
                Files.write(directory.resolve("large" + i), content(8 * MEBIBYTE, layer * 100 + i));
            }
            run("umoci", "repack", "--refresh-bundle", "--image", layout + ":1", bundle.toString());
        }
        run("rm", "-rf", bundle.toString());
    }

    private static byte[] content(int size, int seed) {
        byte[] content = new byte[size];
        int state = seed * 2 + 1;
        for (int i = 0; i < size; i++) {
            state = state * 1_103_515_245 + 12_345;
            content[i] = (byte) "etaoin shrdlu cmfwyp".charAt((state >>> 16) % 20);
        }
        return content;
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        byte[] output = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException(
                    String.join(" ", command) + " failed: " + new String(output, StandardCharsets.UTF_8).strip());
        }
    }
}

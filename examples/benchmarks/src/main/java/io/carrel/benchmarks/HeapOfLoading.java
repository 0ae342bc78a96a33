package io.carrel.benchmarks;

import io.carrel.images.ImageStore;
import io.carrel.images.LoadOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** The most heap that loading an image with a large layer takes, in a JVM of its own with a small heap. */
final class HeapOfLoading {

    private static final int MOST_MEBIBYTES = 128;
    private static final int LAYER_MEBIBYTES = 300;

    private HeapOfLoading() {}

    static void measure(Path work, Report report) throws IOException, InterruptedException {
        Path root = Files.createDirectories(work.resolve("large"));
        byte[] part = new byte[1 << 20];
        Random random = new Random(1);
        try (var out = Files.newOutputStream(root.resolve("file"))) {
            for (int i = 0; i < LAYER_MEBIBYTES; i++) {
                random.nextBytes(part); // nothing that could be compressed
                out.write(part);
            }
        }
        Path archive = work.resolve("large.tar");
        ImagesSection.run(
                "umoci", "init", "--layout", work.resolve("large-image").toString());
        ImagesSection.run("umoci", "new", "--image", work.resolve("large-image") + ":1");
        ImagesSection.run("umoci", "insert", "--image", work.resolve("large-image") + ":1", root.toString(), "/large");
        ImagesSection.run("tar", "-C", work.resolve("large-image").toString(), "-cf", archive.toString(), ".");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx" + MOST_MEBIBYTES + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeapOfLoading.class.getName(),
                        work.resolve("large-store").toString(),
                        archive.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (child.waitFor() != 0) {
            throw new IOException("an image with a layer of %d MiB was not loaded".formatted(LAYER_MEBIBYTES));
        }
        report.target(
                "peak heap, a layer of %d MiB".formatted(LAYER_MEBIBYTES),
                Double.parseDouble(output),
                MOST_MEBIBYTES,
                " MiB");
    }

    /** Loads an image, and prints the sum of the most that each part of the heap has had. */
    public static void main(String[] arguments) {
        ImageStore.open(Path.of(arguments[0]))
                .load(Path.of(arguments[1]), LoadOptions.DEFAULT)
                .get(0)
                .layers();
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
        long bytes = pools.stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        System.out.println(bytes / (double) (1 << 20));
    }
}

package io.carrel.images.view;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Not a test: prints what an image costs. Arguments: a file in it, then its archives, the lowest layer first. */
final class ViewFigures {

    private ViewFigures() {}

    public static void main(String[] arguments) throws Exception {
        List<LayerSource> layers = Arrays.stream(arguments)
                .skip(1)
                .map(Path::of)
                .map(LayerSource::archive)
                .toList();
        for (int round = 0; round < 3; round++) {
            long heap = heap();
            long start = System.nanoTime();
            try (ImageFileSystem image = ImageFileSystem.open(layers)) {
                long opened = System.nanoTime();
                long read = Files.readAllBytes(image.getPath(arguments[0])).length;
                long first = System.nanoTime();
                Files.readAllBytes(image.getPath(arguments[0]));
                long second = System.nanoTime();
                List<String> names = new ArrayList<>();
                try (Stream<Path> paths = Files.walk(image.getPath("/"))) {
                    paths.forEach(path -> names.add(path.toString()));
                }
                long walked = System.nanoTime();
                long[] bytes = {0};
                image.visitFiles(
                        (path, content) -> bytes[0] += content.transferTo(java.io.OutputStream.nullOutputStream()));
                long visited = System.nanoTime();
                int count = names.size();
                names.clear();
                System.out.printf(
                        "%d names: open %d ms, first read %.1f ms (%d bytes), second %.2f ms, walk %d ms, visit %d MB %d ms,"
                                + " heap %d KB%n",
                        count,
                        (opened - start) / 1_000_000,
                        (first - opened) / 1e6,
                        read,
                        (second - first) / 1e6,
                        (walked - second) / 1_000_000,
                        bytes[0] >> 20,
                        (visited - walked) / 1_000_000,
                        (heap() - heap) / 1024);
            }
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

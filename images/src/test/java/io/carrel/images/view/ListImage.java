package io.carrel.images.view;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Run in a JVM of its own: prints the names in the image made of the archives that are the arguments, and a file. */
final class ListImage {

    private ListImage() {}

    public static void main(String[] archives) throws Exception {
        List<LayerSource> layers =
                Arrays.stream(archives).map(Path::of).map(LayerSource::archive).toList();
        try (ImageFileSystem image = ImageFileSystem.open(layers);
                Stream<Path> paths = Files.walk(image.getPath("/"))) {
            paths.forEach(System.out::println);
            System.out.println(Files.readString(image.getPath("/etc/hostname")));
        }
    }
}

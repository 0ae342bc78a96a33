package io.carrel.testing;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.fs.Overlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Directories as an image's layers would be, the lowest with busybox. */
public record Layers(Path directory) {

    private static final List<String> APPLETS = List.of(
            "sh",
            "ls",
            "cat",
            "mkdir",
            "rm",
            "stat",
            "grep",
            "id",
            "mount",
            "touch",
            "readlink",
            "sleep",
            "head",
            "sort",
            "true");

    /** A directory for them, and the layer with busybox. */
    public static Layers in(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Layers layers = new Layers(Files.createDirectories(directory.resolve("layers")));
        Path bin = Files.createDirectories(layers.busybox().resolve("bin"));
        Path busybox = Stream.of("/usr/bin/busybox", "/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        Files.copy(busybox, bin.resolve("busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        return layers;
    }

    /** The layer with busybox. */
    public Path busybox() {
        return directory.resolve("busybox");
    }

    /** A new layer; the paths of its files are followed by their contents. */
    public Path layer(String name, String... files) throws IOException {
        Path layer = Files.createDirectories(directory.resolve(name));
        for (int i = 0; i < files.length; i += 2) {
            Path file = layer.resolve(files[i]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, files[i + 1]);
        }
        return layer;
    }

    /** A container on them. */
    public static ContainerBuilder on(Overlay root) {
        return Container.builder().root(root);
    }
}

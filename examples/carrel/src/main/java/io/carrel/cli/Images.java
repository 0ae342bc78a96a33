package io.carrel.cli;

import io.carrel.fs.Storage;
import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.Reference;
import io.carrel.images.layers.Digest;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How the commands about images find them and show them. */
final class Images {

    private static final int SHORT = 12;
    private static final double THOUSAND = 1000;
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

    private Images() {}

    /** The user's images. */
    static ImageStore store() {
        return ImageStore.open(Storage.standard());
    }

    /** As docker shows an id. */
    static String shortened(Digest digest) {
        return digest.hex().substring(0, SHORT);
    }

    static String name(Image image) {
        return image.reference().map(Reference::name).orElse("<none>");
    }

    static String tag(Image image) {
        return image.reference().map(Reference::tag).orElse("<none>");
    }

    /** Whether its name, with its tag or without, is like a pattern with {@code *}, {@code ?} and {@code [a-z]}. */
    static boolean matches(Image image, String pattern) {
        PathMatcher like = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        return image.reference().stream()
                .flatMap(reference -> Stream.of(reference.name(), reference.toString()))
                .anyMatch(name -> like.matches(Path.of(name)));
    }

    /** Three digits and a decimal unit, as docker does. */
    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= THOUSAND && unit < UNITS.size() - 1) {
            value /= THOUSAND;
            unit++;
        }
        String digits = unit == 0 || value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, digits, value) + UNITS.get(unit);
    }
}

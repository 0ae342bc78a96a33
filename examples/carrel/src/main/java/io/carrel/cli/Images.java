package io.carrel.cli;

import io.carrel.fs.Storage;
import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.Reference;
import io.carrel.images.layers.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

    /** How long ago it was, in the largest unit that fits. */
    static String age(@Nullable Instant created, Instant now) {
        if (created == null || created.getEpochSecond() <= 0) {
            return "N/A";
        }
        Duration age = Duration.between(created, now);
        if (age.toDays() >= 2 * 365) {
            return age.toDays() / 365 + " years ago";
        }
        if (age.toDays() >= 60) {
            return age.toDays() / 30 + " months ago";
        }
        if (age.toDays() >= 2) {
            return age.toDays() + " days ago";
        }
        if (age.toHours() >= 2) {
            return age.toHours() + " hours ago";
        }
        return age.toMinutes() >= 2 ? age.toMinutes() + " minutes ago" : "just now";
    }
}

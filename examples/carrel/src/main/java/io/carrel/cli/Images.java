package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Ascii;
import io.carrel.fs.Storage;
import io.carrel.fs.images.Image;
import io.carrel.fs.images.ImageDefaults;
import io.carrel.fs.images.ImageStore;
import io.carrel.fs.images.Reference;
import io.carrel.fs.layers.Digest;
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

    /** Docker's --change instructions, for example {@code CMD ["sh"]} or {@code ENV A=B}, one after the other. */
    static ImageDefaults changed(ImageDefaults defaults, List<String> instructions) {
        ImageDefaults changed = defaults;
        for (String instruction : instructions) {
            changed = changed(changed, instruction);
        }
        return changed;
    }

    private static ImageDefaults changed(ImageDefaults defaults, String instruction) {
        int space = instruction.strip().indexOf(' ');
        checkArgument(space > 0, "a change is given as INSTRUCTION VALUE, was \"%s\"", instruction);
        String value = instruction.strip().substring(space + 1).strip();
        return switch (Ascii.toUpperCase(instruction.strip().substring(0, space))) {
            case "CMD" -> defaults.withCommand(words(value));
            case "ENTRYPOINT" -> defaults.withEntrypoint(words(value));
            case "ENV" -> defaults.withEnvironment(pair(value)[0], pair(value)[1]);
            case "EXPOSE" -> defaults.withExposedPort(value);
            case "LABEL" -> defaults.withLabel(pair(value)[0], pair(value)[1]);
            case "STOPSIGNAL" -> defaults.withStopSignal(value);
            case "USER" -> defaults.withUser(value);
            case "VOLUME" -> defaults.withVolume(value);
            case "WORKDIR" -> defaults.withWorkingDirectory(value);
            default ->
                throw new IllegalArgumentException(
                        "a change is CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME or WORKDIR, not \"%s\""
                                .formatted(instruction));
        };
    }

    /** A JSON array of words, or a line for the shell. */
    private static List<String> words(String value) {
        return value.startsWith("[") ? Documents.texts(value) : List.of("/bin/sh", "-c", value);
    }

    private static String[] pair(String value) {
        int equals = value.indexOf('=');
        checkArgument(equals > 0, "a variable or label is given as NAME=VALUE, was \"%s\"", value);
        return new String[] {value.substring(0, equals), value.substring(equals + 1)};
    }
}

package io.carrel.images;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import io.carrel.linux.uapi.Processor;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names what an image's programs run on, in the words of the Go language. Immutable, so safe for use by several
 * threads.
 *
 * @param os for example {@code linux}
 * @param architecture for example {@code amd64}
 * @param variant of the architecture, for example {@code v8}; empty for the usual one
 */
public record Platform(String os, String architecture, String variant) {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /**
     * Checks the words.
     *
     * @throws IllegalArgumentException if one is no word
     */
    public Platform {
        requireNonNull(variant, "variant");
        checkArgument(isWord(os) && isWord(architecture), "a platform is given as os/architecture");
        checkArgument(variant.isEmpty() || isWord(variant), "a variant is a word, was \"%s\"", variant);
    }

    /** Whether the text can be a part of a platform's name. */
    static boolean isWord(String text) {
        return WORD.matcher(text).matches();
    }

    /** Returns that of this machine. */
    public static Platform current() {
        return new Platform("linux", Processor.current() == Processor.AARCH64 ? "arm64" : "amd64", "");
    }

    /**
     * Reads {@code os/architecture} or {@code os/architecture/variant}.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static Platform parse(String text) {
        List<String> parts = Splitter.on('/').splitToList(text);
        checkArgument(
                parts.size() == 2 || parts.size() == 3,
                "a platform is given as os/architecture or os/architecture/variant, was \"%s\"",
                text);
        return new Platform(parts.get(0), parts.get(1), parts.size() == 2 ? "" : parts.get(2));
    }

    /**
     * Tells whether images for the other platform are what is asked for by this one: a variant matters only if both
     * have one.
     */
    public boolean accepts(Platform other) {
        return os.equals(other.os)
                && architecture.equals(other.architecture)
                && (variant.isEmpty() || other.variant.isEmpty() || variant.equals(other.variant));
    }

    /** Writes it as {@link #parse} reads it. */
    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}

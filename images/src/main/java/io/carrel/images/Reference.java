package io.carrel.images;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.images.layers.Digest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names an image: {@code NAME}, {@code NAME:TAG}, {@code NAME@DIGEST} or {@code NAME:TAG@DIGEST}. Immutable, so safe
 * for use by several threads.
 *
 * @param name for example {@code debian} or {@code example.org:5000/team/app}
 * @param tag for example {@code latest}; empty only if there is a digest
 * @param digest which content exactly, or null for whatever has the tag now
 */
public record Reference(String name, String tag, @Nullable Digest digest) {

    /** Is the tag of a name without one. */
    public static final String LATEST = "latest";

    private static final int LONGEST = 255;
    private static final Pattern NAME = Pattern.compile(
            // A host may have capital letters and a port; without a slash behind it, it is no host.
            "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/)?"
                    + "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if one is no such part, or there is neither a tag nor a digest
     */
    public Reference {
        checkArgument(
                requireNonNull(name, "name").length() <= LONGEST
                        && NAME.matcher(name).matches(),
                "an image's name has lower-case letters and digits, with . _ - and / between them, was \"%s\"",
                name);
        checkArgument(
                requireNonNull(tag, "tag").isEmpty() || TAG.matcher(tag).matches(),
                "an image's tag has at most 128 letters, digits, _ . and -, was \"%s\"",
                tag);
        checkArgument(!tag.isEmpty() || digest != null, "an image is named by a tag or a digest");
    }

    /**
     * Reads a reference; without a tag and a digest, the tag is {@value #LATEST}.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static Reference parse(String text) {
        int at = text.indexOf('@');
        String named = at < 0 ? text : text.substring(0, at);
        Digest digest = at < 0 ? null : Digest.parse(text.substring(at + 1));
        int colon = named.lastIndexOf(':');
        if (colon > named.lastIndexOf('/')) {
            String tag = named.substring(colon + 1);
            checkArgument(!tag.isEmpty(), "an image's tag is empty in \"%s\"", text);
            return new Reference(named.substring(0, colon), tag, digest);
        }
        return new Reference(named, digest == null ? LATEST : "", digest);
    }

    /** The same as {@link #parse}, for text that may be something else. */
    static Optional<Reference> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Without the digest: what can be given to an image. */
    Reference tagged() {
        return digest == null ? this : new Reference(name, tag.isEmpty() ? LATEST : tag, null);
    }

    /** Whether the other one, a full name, may be meant by this one, which may lack hosts and directories in front. */
    boolean abbreviates(Reference full) {
        return full.tag.equals(tag) && full.name.endsWith("/" + name);
    }

    /** Writes it as {@link #parse} reads it. */
    @Override
    public String toString() {
        return name + (tag.isEmpty() ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}

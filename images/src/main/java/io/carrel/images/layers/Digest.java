package io.carrel.images.layers;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Identifies content by the name of an algorithm and the content's hash by it. Only SHA-256 is known here. Immutable,
 * so safe for use by several threads.
 *
 * @param hex 64 lower-case hexadecimal digits
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests">OCI digests</a>
 */
public record Digest(String hex) {

    private static final String PREFIX = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks the digits.
     *
     * @throws IllegalArgumentException if these are not 64 lower-case hexadecimal digits
     */
    public Digest {
        checkArgument(
                HEX.matcher(requireNonNull(hex, "hex")).matches(),
                "a digest has 64 lower-case hexadecimal digits, was \"%s\"",
                hex);
    }

    /**
     * Reads {@code sha256:} and the digits, as {@link #toString} writes them.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static Digest parse(String text) {
        checkArgument(text.startsWith(PREFIX), "a digest starts with %s, was \"%s\"", PREFIX, text);
        return new Digest(text.substring(PREFIX.length()));
    }

    /** Computes that of these bytes. */
    public static Digest of(byte[] content) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(content)));
    }

    /** Ends a computation, which can be used anew then. */
    public static Digest of(MessageDigest sha256) {
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    /** Begins a computation. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Writes it as documents have it: {@code sha256:} and the digits. */
    @Override
    public String toString() {
        return PREFIX + hex;
    }
}

package io.carrel.containers;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.io.BaseEncoding;
import java.security.SecureRandom;

/**
 * What tells a container from all others, for ever: 256 random bits. Immutable.
 *
 * @param hex 64 digits of 0 to 9 and a to f
 */
public record ContainerId(String hex) {

    private static final int BYTES = 32;
    private static final int SHORT = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Checks the digits. */
    public ContainerId {
        checkArgument(hex.matches("[0-9a-f]{64}"), "an id has 64 hexadecimal digits, was \"%s\"", hex);
    }

    /** Makes a new one. */
    public static ContainerId random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new ContainerId(BaseEncoding.base16().lowerCase().encode(bytes));
    }

    /** Returns the first 12 digits, which people are shown. */
    public String shortened() {
        return hex.substring(0, SHORT);
    }

    @Override
    public String toString() {
        return hex;
    }
}

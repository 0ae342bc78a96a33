package io.carrel.containers;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.io.BaseEncoding;
import java.security.SecureRandom;

/**
 * Identifies a container among all others for ever, by 256 random bits. Immutable.
 *
 * @param hex 64 digits of 0 to 9 and a to f
 */
public record ContainerId(String hex) {

    private static final int BYTES = 32;
    private static final int SHORT = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Checks the digits.
     *
     * @throws IllegalArgumentException if they are something else
     */
    public ContainerId {
        checkArgument(hex.matches("[0-9a-f]{64}"), "an id has 64 hexadecimal digits, was \"%s\"", hex);
    }

    /** Creates a new id. */
    public static ContainerId random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new ContainerId(BaseEncoding.base16().lowerCase().encode(bytes));
    }

    /** Returns the first 12 digits, which are shown to people. */
    public String shortened() {
        return hex.substring(0, SHORT);
    }

    @Override
    public String toString() {
        return hex;
    }
}

package io.carrel.fs.spi;

import java.io.IOException;

/** The bytes are no tar archive, or one that breaks off. The message is the end of a sentence about the archive. */
public final class TarFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public TarFormatException(String message) {
        super(message);
    }

    /** Says what is wrong. */
    public TarFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}

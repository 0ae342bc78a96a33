package io.carrel.linux;

import org.jspecify.annotations.Nullable;

/**
 * Something that Carrel was asked to do failed. The message says what was being done, with which arguments, which call
 * failed with which errno and, where it is known, what to do about it.
 *
 * <p>A command's own exit code is a value, never an exception.
 */
public abstract sealed class ContainerException extends RuntimeException
        permits SyscallException,
                KernelFileException,
                UnsupportedFeatureException,
                SetupException,
                RefusedContentException {

    private static final long serialVersionUID = 1L;

    /** How much of the arguments of a call a message shows: a command's may have megabytes. */
    private static final int LONGEST = 1000;

    ContainerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What a message shows of a text that may be long. */
    static String shown(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        return "%s... (%d characters)".formatted(text.substring(0, LONGEST), text.length());
    }
}

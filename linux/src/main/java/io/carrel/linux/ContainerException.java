package io.carrel.linux;

import org.jspecify.annotations.Nullable;

/**
 * Something that Carrel was asked to do has failed. The message says what was being done and with which arguments,
 * which call failed with which errno and, where it is known, what to do about it. What an exception tells never
 * changes, so any thread may read it.
 *
 * <p>Names that a container or an image chose may be part of the message; characters that would do something on a
 * terminal or in a log are escaped.
 *
 * <p>A command's own exit code is a value, never an exception.
 */
public abstract sealed class ContainerException extends RuntimeException
        permits SyscallException,
                KernelFileException,
                HostFileException,
                NotFoundException,
                NotPermittedException,
                UnsupportedFeatureException,
                SetupException,
                RefusedContentException {

    private static final long serialVersionUID = 1L;

    /** How much of the arguments of a call a message shows: a command's may have megabytes. */
    private static final int LONGEST = 1000;

    ContainerException(String message, @Nullable Throwable cause) {
        super(Printable.lines(message), cause);
    }

    /** What a message shows of a text that may be long, and others' choice. */
    static String shown(String text) {
        if (text.length() <= LONGEST) {
            return Printable.of(text);
        }
        return "%s... (%d characters)".formatted(Printable.of(text.substring(0, LONGEST)), text.length());
    }
}

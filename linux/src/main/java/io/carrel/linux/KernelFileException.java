package io.carrel.linux;

import org.jspecify.annotations.Nullable;

/** A file of the kernel (in /proc, /sys or a cgroup) could not be read, written or understood. */
public final class KernelFileException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final String text;

    /**
     * Describes the file and what went wrong with it.
     *
     * @param doing what was being done, as the start of a sentence
     * @param path the file
     * @param text the text that was written or read, empty if none was
     * @param cause the error underneath, if there is one
     */
    public KernelFileException(String doing, String path, String text, @Nullable Throwable cause) {
        super(
                "%s: file %s%s%s"
                        .formatted(
                                doing,
                                Printable.of(path),
                                text.isEmpty() ? "" : ", text \"" + shown(text) + "\"",
                                cause == null ? "" : ": " + cause.getMessage()),
                cause);
        this.path = path;
        this.text = text;
    }

    /** Returns the file. */
    public String path() {
        return path;
    }

    /** Returns the text that was written or read; empty if none was. */
    public String text() {
        return text;
    }
}

package io.carrel.linux;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Content that somebody else made, such as an archive or an image's manifest, is not what it should be, or would do
 * what it must not. Nothing of it has been kept, unless what throws this says otherwise.
 */
public final class RefusedContentException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String source;
    private final String place;
    private final String reason;

    /**
     * Describes what was refused.
     *
     * @param source which content, such as a file's name or a blob's digest
     * @param place where in it, such as an entry's name or a field; empty for all of it
     * @param reason what is wrong, as the end of a sentence
     * @param cause the error underneath, if there is one
     */
    public RefusedContentException(String source, String place, String reason, @Nullable Throwable cause) {
        super(Printable.of("%s%s: %s".formatted(source, place.isEmpty() ? "" : ", " + place, reason)), cause);
        this.source = requireNonNull(source, "source");
        this.place = requireNonNull(place, "place");
        this.reason = requireNonNull(reason, "reason");
    }

    /** Returns which content was refused. */
    public String source() {
        return source;
    }

    /** Returns where in the content the fault is; empty for all of it. */
    public String place() {
        return place;
    }

    /** Returns what is wrong, as the end of a sentence. */
    public String reason() {
        return reason;
    }
}

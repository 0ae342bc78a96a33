package io.carrel.containers;

/** The ids of several containers begin with what is given; more digits tell them apart. */
public final class AmbiguousIdException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String prefix;

    AmbiguousIdException(String prefix, int count) {
        super("the ids of %d containers begin with %s".formatted(count, prefix));
        this.prefix = prefix;
    }

    /** Returns what was given. */
    public String prefix() {
        return prefix;
    }
}

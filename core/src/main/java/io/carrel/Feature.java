package io.carrel;

/**
 * Something that a container may need, and whether this host has it. Immutable.
 *
 * @param name what it is
 * @param works whether it works for this user now
 * @param detail how it works, or why it does not
 * @param remedy what to do about it; empty if it works or nothing is known to help
 */
public record Feature(String name, boolean works, String detail, String remedy) {

    static Feature working(String name, String detail) {
        return new Feature(name, true, detail, "");
    }

    static Feature missing(String name, String reason, String remedy) {
        return new Feature(name, false, reason, remedy);
    }
}

package io.carrel.linux.uapi;

/**
 * A number of the kernel's interface together with its C name, so that what is printed reads like strace.
 *
 * @param name the C name, several joined by {@code |}, or the plain number
 * @param value the number
 */
public record Constant(String name, long value) {

    /** Returns a plain number. */
    public static Constant of(long value) {
        return new Constant(Long.toString(value), value);
    }

    /** Returns the bitwise or of both. */
    public Constant or(Constant other) {
        if (value == 0) {
            return other;
        }
        return other.value == 0 ? this : new Constant(name + "|" + other.name, value | other.value);
    }

    @Override
    public String toString() {
        return name;
    }
}

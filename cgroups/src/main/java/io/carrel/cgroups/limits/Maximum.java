package io.carrel.cgroups.limits;

/** The kernel's word for no limit. */
final class Maximum {

    private Maximum() {}

    /** A number as v2 writes it, where {@link Long#MAX_VALUE} is no limit. */
    static String text(long number) {
        return number == Long.MAX_VALUE ? "max" : Long.toString(number);
    }
}

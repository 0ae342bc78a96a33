package io.carrel.linux;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How large a terminal is, in characters. Immutable. See ioctl_tty(2), {@code TIOCSWINSZ}.
 *
 * @param rows its height, 0 to 65535; 0 is unknown
 * @param columns its width, 0 to 65535; 0 is unknown
 */
public record TerminalSize(int rows, int columns) {

    private static final int MOST = 0xffff;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not between 0 and 65535
     */
    public TerminalSize {
        checkArgument(
                rows >= 0 && rows <= MOST && columns >= 0 && columns <= MOST,
                "a terminal has 0 to 65535 rows and columns, not %s and %s",
                rows,
                columns);
    }

    @Override
    public String toString() {
        return rows + "x" + columns;
    }
}

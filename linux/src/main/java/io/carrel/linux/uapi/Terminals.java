package io.carrel.linux.uapi;

/**
 * {@code asm-generic/ioctls.h} and {@code asm-generic/termbits.h}: terminals.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_tty.2.html">ioctl_tty(2)</a>
 */
public final class Terminals {

    public static final Constant TCGETS = new Constant("TCGETS", 0x5401L);
    public static final Constant TCSETSW = new Constant("TCSETSW", 0x5403L);
    public static final Constant TIOCSCTTY = new Constant("TIOCSCTTY", 0x540eL);
    public static final Constant TIOCGWINSZ = new Constant("TIOCGWINSZ", 0x5413L);
    public static final Constant TIOCSWINSZ = new Constant("TIOCSWINSZ", 0x5414L);
    public static final Constant TIOCSPTLCK = new Constant("TIOCSPTLCK", 0x40045431L);
    public static final Constant TIOCGPTPEER = new Constant("TIOCGPTPEER", 0x5441L);
    public static final Constant O_NOCTTY = new Constant("O_NOCTTY", 0x100L);

    /** {@code sizeof(struct winsize)}. */
    public static final int SIZE_OF_SIZE = 8;

    private Terminals() {}
}

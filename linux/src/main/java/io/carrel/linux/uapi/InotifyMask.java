package io.carrel.linux.uapi;

/** {@code linux/inotify.h}: what a watched file tells of. */
public final class InotifyMask {

    public static final Constant IN_MODIFY = new Constant("IN_MODIFY", 2L);
    public static final Constant IN_CLOSE_WRITE = new Constant("IN_CLOSE_WRITE", 8L);
    public static final Constant IN_DELETE_SELF = new Constant("IN_DELETE_SELF", 0x400L);

    private InotifyMask() {}
}

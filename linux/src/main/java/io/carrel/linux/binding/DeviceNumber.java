package io.carrel.linux.binding;

/**
 * Which device it is, of all that are files or hold file systems. Immutable.
 *
 * @param major which driver
 * @param minor which of its devices
 */
public record DeviceNumber(long major, long minor) {

    /** No device; a character device of this number stands for the deletion of a file. */
    public static final DeviceNumber NONE = new DeviceNumber(0, 0);

    /** As system calls take it, linux/kdev_t.h. */
    long encoded() {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
    }
}

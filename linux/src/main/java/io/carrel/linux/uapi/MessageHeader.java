package io.carrel.linux.uapi;

/**
 * Where things are in {@code struct msghdr} ({@code linux/socket.h}), and in what it points to: {@code struct iovec}
 * and {@code struct cmsghdr}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 */
public final class MessageHeader {

    /** {@code sizeof(struct msghdr)}. */
    public static final int SIZE = 56;
    /** {@code msg_iov}. */
    public static final int VECTORS = 16;
    /** {@code msg_iovlen}. */
    public static final int VECTOR_COUNT = 24;
    /** {@code msg_control}. */
    public static final int CONTROL = 32;
    /** {@code msg_controllen}. */
    public static final int CONTROL_LENGTH = 40;

    /** {@code msg_flags}. */
    public static final int FLAGS = 48;

    /** {@code sizeof(struct iovec)}: an address and a size. */
    public static final int VECTOR_SIZE = 16;
    /** {@code iov_len}. */
    public static final int VECTOR_LENGTH = 8;

    /** {@code sizeof(struct cmsghdr)}: size, level and type; descriptors' numbers of 32 bits come after it. */
    public static final int CONTROL_HEADER = 16;
    /** {@code cmsg_level}. */
    public static final int CONTROL_LEVEL = 8;
    /** {@code cmsg_type}. */
    public static final int CONTROL_TYPE = 12;

    private MessageHeader() {}

    /** Returns {@code CMSG_LEN}: what so many descriptors take. */
    public static int controlLength(int descriptors) {
        return CONTROL_HEADER + descriptors * Integer.BYTES;
    }

    /** Returns {@code CMSG_SPACE}: the same in whole words. */
    public static int controlSpace(int descriptors) {
        return controlLength(descriptors) + (Long.BYTES - 1) & -Long.BYTES;
    }
}

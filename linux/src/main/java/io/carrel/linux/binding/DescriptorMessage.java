package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Syscall;
import java.util.List;

/**
 * A message of one byte that takes descriptors along, as both sides lay it out in memory.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SCM_RIGHTS</a>
 */
public final class DescriptorMessage {

    /** {@code struct msghdr}. */
    public static final int HEADER_SIZE = 56;
    /** Where it points to {@code struct iovec}, and how many there are. */
    public static final int VECTORS = 16;

    public static final int VECTOR_COUNT = 24;
    /** Where it points to the control data, and their size. */
    public static final int CONTROL = 32;

    public static final int CONTROL_LENGTH = 40;
    /** {@code struct iovec}: address, size. */
    public static final int VECTOR_SIZE = 16;

    /** {@code struct cmsghdr}: size, level, type; the numbers come after it. */
    private static final int CONTROL_HEADER = 16;

    private DescriptorMessage() {}

    /** The size of the control data for so many descriptors. */
    public static int controlSize(int descriptors) {
        return CONTROL_HEADER + (descriptors * Integer.BYTES + 7 & -8);
    }

    /**
     * Sends duplicates of the descriptors; the peer need not have asked for them yet.
     *
     * @return whether there was anybody to send them to
     */
    public static boolean send(Descriptor socket, List<Descriptor> descriptors) {
        int size = controlSize(descriptors.size());
        int vector = HEADER_SIZE;
        int control = vector + VECTOR_SIZE;
        int content = control + size;
        try (Memory memory = new Memory(content + 1L)) {
            memory.clear();
            long start = Kernel.address(memory);
            memory.setLong(VECTORS, start + vector);
            memory.setLong(VECTOR_COUNT, 1);
            memory.setLong(CONTROL, start + control);
            memory.setLong(CONTROL_LENGTH, size);
            memory.setLong(vector, start + content);
            memory.setLong(vector + 8, 1);
            memory.setLong(control, CONTROL_HEADER + (long) descriptors.size() * Integer.BYTES);
            memory.setInt(control + 8, (int) Sockets.SOL_SOCKET.value());
            memory.setInt(control + 12, (int) Sockets.SCM_RIGHTS.value());
            for (int i = 0; i < descriptors.size(); i++) {
                memory.setInt(
                        control + CONTROL_HEADER + (long) i * Integer.BYTES,
                        descriptors.get(i).number());
            }
            return sent(socket, memory);
        }
    }

    private static boolean sent(Descriptor socket, Memory message) {
        try {
            Kernel.check("Cannot pass descriptors on", Syscall.SENDMSG, socket, message, Sockets.MSG_NOSIGNAL);
            return true;
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.EPIPE) || e.errno().equals(Errno.ECONNRESET)) {
                return false;
            }
            throw e;
        }
    }
}

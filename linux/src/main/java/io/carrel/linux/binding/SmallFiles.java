package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Errno;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.nio.charset.StandardCharsets;

/**
 * Reads many small files of the kernel's fast: three system calls for each, and no memory but this object's own. The
 * content of such a file is made when it is read, and comes whole by one call if there is room. Not thread-safe.
 */
public final class SmallFiles implements AutoCloseable {

    /** The most bytes of a file that are read. */
    public static final int SIZE = 64 * 1024;

    private static final int PATH = 4096;

    private final Memory path = new Memory(PATH);
    private final Memory transfer = new Memory(SIZE);
    private final byte[] content = new byte[SIZE];

    /** Returns a path as {@link #read} takes it. */
    public static byte[] path(String path) {
        byte[] bytes = (path + '\0').getBytes(StandardCharsets.UTF_8);
        if (bytes.length > PATH) {
            throw new IllegalArgumentException("the path is too long: " + path);
        }
        return bytes;
    }

    /** Reads a file; the number of bytes that {@link #content} holds then, or minus the errno. */
    public int read(byte[] file) {
        path.write(0, file, 0, file.length);
        long flags = Fcntl.O_RDONLY.value() | Fcntl.O_CLOEXEC.value();
        long fd = Syscalls.raw(Syscall.OPENAT, Fcntl.AT_FDCWD.value(), Syscalls.address(path), flags, 0);
        if (fd < 0) {
            return (int) fd;
        }
        long count;
        do {
            count = Syscalls.raw(Syscall.READ, fd, Syscalls.address(transfer), SIZE);
        } while (count == -Errno.EINTR.number());
        Syscalls.raw(Syscall.CLOSE, fd);
        if (count > 0) {
            transfer.read(0, content, 0, (int) count);
        }
        return (int) count;
    }

    /** Returns what was read last, at the array's start. The next read overwrites it. */
    public byte[] content() {
        return content;
    }

    @Override
    public void close() {
        path.close();
        transfer.close();
    }
}

package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.ByteText;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Syscall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Extended attributes of files whose directory is an open descriptor; of a symbolic link those of the link itself.
 * Names are bytes as in {@link FileCalls}. Not thread-safe.
 */
public final class AttributeCalls implements AutoCloseable {

    /** XATTR_SIZE_MAX and XATTR_LIST_MAX of linux/limits.h. */
    public static final int LARGEST = 65536;

    private static final int PATH = 512;

    private final Memory path = new Memory(PATH);
    private final Memory name = new Memory(PATH);
    private final Memory value = new Memory(LARGEST);

    /** Sets an attribute of an open file. What the kernel answers is the caller's to judge: 0 or minus the errno. */
    public long set(Descriptor file, String attribute, byte[] content) {
        value.write(0, content, 0, content.length);
        return Syscalls.raw(
                Syscall.FSETXATTR, file.number(), text(name, attribute), Syscalls.address(value), content.length, 0);
    }

    /** Sets an attribute of a file of the directory. What the kernel answers is the caller's to judge. */
    public long set(Descriptor directory, String file, String attribute, byte[] content) {
        value.write(0, content, 0, content.length);
        return Syscalls.raw(
                Syscall.LSETXATTR,
                place(directory, file),
                text(name, attribute),
                Syscalls.address(value),
                content.length,
                0);
    }

    /** Removes an attribute of a file of the directory. */
    public void remove(String doing, Descriptor directory, String file, String attribute) {
        long result = Syscalls.raw(Syscall.LREMOVEXATTR, place(directory, file), text(name, attribute));
        check(doing, Syscall.LREMOVEXATTR, result, directory, file, attribute);
    }

    /** Returns the names of a file's attributes; none where the file system has no attributes. */
    public List<String> names(String doing, Descriptor directory, String file) {
        long size = Syscalls.raw(Syscall.LLISTXATTR, place(directory, file), Syscalls.address(value), LARGEST);
        if (size == -Errno.EOPNOTSUPP.number()) {
            return List.of();
        }
        check(doing, Syscall.LLISTXATTR, size, directory, file, "");
        return listed(size);
    }

    /** Returns the names of an open file's attributes; none where the file system has no attributes. */
    public List<String> names(String doing, Descriptor file) {
        long size = Syscalls.raw(Syscall.FLISTXATTR, file.number(), Syscalls.address(value), LARGEST);
        if (size == -Errno.EOPNOTSUPP.number()) {
            return List.of();
        }
        check(doing, Syscall.FLISTXATTR, size, file, "", "");
        return listed(size);
    }

    private List<String> listed(long size) {
        List<String> names = new ArrayList<>();
        for (long at = 0; at < size; ) {
            String found = value.getString(at, FileCalls.BYTES.name());
            names.add(found);
            at += found.length() + 1;
        }
        return names;
    }

    /**
     * Returns whether a file of this path is there and has no such attribute, by one call; false also where that cannot
     * be told so.
     */
    public boolean isWithout(String file, String attribute) {
        byte[] bytes = ByteText.encode(file);
        if (bytes.length >= LARGEST) {
            return false;
        }
        value.write(0, bytes, 0, bytes.length);
        value.setByte(bytes.length, (byte) 0);
        long size = Syscalls.raw(Syscall.LGETXATTR, Syscalls.address(value), text(name, attribute), 0, 0);
        return size == -Errno.ENODATA.number() || size == -Errno.EOPNOTSUPP.number();
    }

    /** Returns an attribute of a file. */
    public byte[] value(String doing, Descriptor directory, String file, String attribute) {
        long size = Syscalls.raw(
                Syscall.LGETXATTR, place(directory, file), text(name, attribute), Syscalls.address(value), LARGEST);
        check(doing, Syscall.LGETXATTR, size, directory, file, attribute);
        return value.getByteArray(0, (int) size);
    }

    /** Returns an attribute of an open file; empty if it is gone. */
    public Optional<byte[]> value(String doing, Descriptor file, String attribute) {
        long size =
                Syscalls.raw(Syscall.FGETXATTR, file.number(), text(name, attribute), Syscalls.address(value), LARGEST);
        if (size == -Errno.ENODATA.number()) {
            return Optional.empty();
        }
        check(doing, Syscall.FGETXATTR, size, file, "", attribute);
        return Optional.of(value.getByteArray(0, (int) size));
    }

    private static void check(
            String doing, Syscall call, long result, Descriptor directory, String file, String attribute) {
        Syscalls.checked(doing, call, result, directory, file, attribute);
    }

    /** Before Linux 6.13 these calls know no descriptors of directories, but a path through one. */
    private long place(Descriptor directory, String file) {
        return text(path, "/proc/self/fd/" + directory.number() + "/" + file);
    }

    private static long text(Memory memory, String text) {
        byte[] bytes = text.getBytes(FileCalls.BYTES);
        memory.write(0, bytes, 0, bytes.length);
        memory.setByte(bytes.length, (byte) 0);
        return Syscalls.address(memory);
    }

    /** Returns the error that {@link #set} answered. */
    public static SyscallException failure(String doing, long result, String file, String attribute) {
        return Syscalls.failure(doing, Syscall.LSETXATTR, result, file, attribute);
    }

    @Override
    public void close() {
        path.close();
        name.close();
        value.close();
    }
}

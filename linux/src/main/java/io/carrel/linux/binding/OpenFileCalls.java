package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * System calls about open files and directories, in the kernel's own terms.
 *
 * <p>Arguments are copied into memory that each object keeps, so that many calls are fast. Not thread-safe.
 */
public abstract sealed class OpenFileCalls implements AutoCloseable permits FileCalls {

    /** The bytes of a name, one in each character. */
    public static final Charset BYTES = StandardCharsets.ISO_8859_1;

    static final int NAME = 4096 + 1;
    private static final int TRANSFER = 256 * 1024;
    private static final int ENTRY_NAME = 19;

    final Memory first = new Memory(NAME);
    final Memory second = new Memory(NAME);
    final Memory structure = new Memory(FileStatus.SIZE);
    private final Memory transfer = new Memory(TRANSFER);

    private Supplier<String> doing = () -> "Cannot change a file";

    /** Notes what is being done, as the start of a sentence, for the messages of the calls that follow. */
    public void doing(Supplier<String> what) {
        doing = what;
    }

    /** Opens the same file once more, for example to read a directory that was opened only as a path. */
    public Descriptor reopen(Descriptor file, Constant flags) {
        String path = file.path().toString();
        long fd = Syscalls.raw(
                Syscall.OPENAT,
                Fcntl.AT_FDCWD.value(),
                text(first, path),
                flags.or(Fcntl.O_CLOEXEC).value(),
                0);
        check(fd, Syscall.OPENAT, file, path, flags.name());
        return Kernel.own(fd, path);
    }

    /** Looks at an open file. */
    public FileStatus status(Descriptor file) {
        return status(file, "", Fcntl.AT_EMPTY_PATH).orElseThrow();
    }

    Optional<FileStatus> status(Descriptor directory, String name, Constant flags) {
        long result = Syscalls.raw(
                Syscall.STATX,
                directory.number(),
                text(first, name),
                flags.value(),
                Fcntl.STATX_BASIC_STATS.value(),
                Syscalls.address(structure));
        if (result == -Errno.ENOENT.number()) {
            return Optional.empty();
        }
        check(result, Syscall.STATX, directory, name, flags.name());
        return Optional.of(FileStatus.read(structure));
    }

    /** Returns the names in an open directory, without {@code .} and {@code ..}, in no particular order. */
    public List<String> list(Descriptor directory) {
        return list(directory, Long.MAX_VALUE);
    }

    /** Does the same, but of a directory with more names than {@code most} only some, yet more than {@code most}. */
    public List<String> list(Descriptor directory, long most) {
        List<String> names = new ArrayList<>();
        // Who lists it a second time wants the names again.
        seek(directory, 0);
        long count;
        do {
            count = Syscalls.raw(Syscall.GETDENTS64, directory.number(), Syscalls.address(transfer), TRANSFER);
            check(count, Syscall.GETDENTS64, directory, "", "");
            for (long at = 0; at < count; at += transfer.getShort(at + 16) & 0xffff) {
                String name = transfer.getString(at + ENTRY_NAME, BYTES.name());
                if (!name.equals(".") && !name.equals("..")) {
                    names.add(name);
                }
            }
        } while (count > 0 && names.size() <= most);
        return names;
    }

    /** Writes all of these bytes at the file's position. */
    public void write(Descriptor file, byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; ) {
            int part = Math.min(TRANSFER, length - done);
            transfer.write(0, bytes, offset + done, part);
            for (int written = 0; written < part; ) {
                long count = Syscalls.retried(
                        Syscall.WRITE, file.number(), Syscalls.address(transfer) + written, part - written);
                check(count, Syscall.WRITE, file, "", Integer.toString(part - written));
                written += (int) count;
            }
            done += part;
        }
    }

    /** Reads at a place of the file; 0 at its end. */
    public int readAt(Descriptor file, byte[] bytes, int length, long offset) {
        long count = Syscalls.retried(
                Syscall.PREAD64, file.number(), Syscalls.address(transfer), Math.min(TRANSFER, length), offset);
        check(count, Syscall.PREAD64, file, "", length + ", " + offset);
        transfer.read(0, bytes, 0, (int) count);
        return (int) count;
    }

    /** Moves the file's position to a number of bytes from its start. */
    public void seek(Descriptor file, long offset) {
        check(Syscalls.raw(Syscall.LSEEK, file.number(), offset, 0), Syscall.LSEEK, file, "", Long.toString(offset));
    }

    /**
     * Returns where, from {@code offset} on, data ({@code SEEK_DATA}) or a hole ({@code SEEK_HOLE}) starts; -1 if
     * nowhere.
     */
    public long seek(Descriptor file, long offset, Constant what) {
        long place = Syscalls.raw(Syscall.LSEEK, file.number(), offset, what.value());
        if (place == -Errno.ENXIO.number()) {
            return -1;
        }
        check(place, Syscall.LSEEK, file, "", offset + ", " + what);
        return place;
    }

    /** Gives the file this size; what is new is a hole. */
    public void truncate(Descriptor file, long size) {
        check(Syscalls.raw(Syscall.FTRUNCATE, file.number(), size), Syscall.FTRUNCATE, file, "", Long.toString(size));
    }

    /** Sets the permissions of an open file. */
    public void mode(Descriptor file, int permissions) {
        check(Syscalls.raw(Syscall.FCHMOD, file.number(), permissions), Syscall.FCHMOD, file, "", octal(permissions));
    }

    /** Sets the permissions of a file that is open only as a path. */
    public void modeOfPath(Descriptor file, int permissions) {
        String path = file.path().toString();
        long result = Syscalls.raw(Syscall.FCHMODAT, Fcntl.AT_FDCWD.value(), text(first, path), permissions);
        check(result, Syscall.FCHMODAT, file, path, octal(permissions));
    }

    /** Sets the owner of an open file. */
    public void owner(Descriptor file, long uid, long gid) {
        check(Syscalls.raw(Syscall.FCHOWN, file.number(), uid, gid), Syscall.FCHOWN, file, "", uid + ", " + gid);
    }

    /** Sets the times of an open file. */
    public void times(Descriptor file, FileTimes times) {
        long result = Syscalls.raw(Syscall.UTIMENSAT, file.number(), 0, timespecs(times), 0);
        check(result, Syscall.UTIMENSAT, file, "", times.toString());
    }

    long timespecs(FileTimes times) {
        structure.setLong(0, times.accessSeconds());
        structure.setLong(8, times.accessNanos());
        structure.setLong(16, times.changeSeconds());
        structure.setLong(24, times.changeNanos());
        return Syscalls.address(structure);
    }

    void check(long result, Syscall call, Descriptor file, String name, String more) {
        if (result < 0) {
            String named = name.isEmpty() ? "" : ", \"" + shown(name) + "\"";
            throw Syscalls.failure(doing.get(), call, result, file + named + (more.isEmpty() ? "" : ", " + more));
        }
    }

    /** Returns the result of a call made elsewhere about an open file, if it is one of success. */
    long checked(long result, Syscall call, Descriptor file, String more) {
        check(result, call, file, "", more);
        return result;
    }

    static String octal(int permissions) {
        return "0" + Integer.toOctalString(permissions);
    }

    /** Returns the bytes as UTF-8 text, for people. */
    static String shown(String bytes) {
        return new String(bytes.getBytes(BYTES), StandardCharsets.UTF_8);
    }

    long text(Memory memory, String name) {
        byte[] bytes = name.getBytes(BYTES);
        if (bytes.length >= NAME) {
            throw new SyscallException(doing.get(), "open", shown(name), Errno.ENAMETOOLONG);
        }
        memory.write(0, bytes, 0, bytes.length);
        memory.setByte(bytes.length, (byte) 0);
        return Syscalls.address(memory);
    }

    @Override
    public void close() {
        first.close();
        second.close();
        structure.close();
        transfer.close();
    }
}

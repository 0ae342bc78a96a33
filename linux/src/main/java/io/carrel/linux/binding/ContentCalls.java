package io.carrel.linux.binding;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.FileSystems;
import io.carrel.linux.uapi.Syscall;
import java.util.Set;

/**
 * Copies what files hold inside the kernel: as blocks that both files share where the file system can do that, else as
 * data. Holes stay holes. Not thread-safe.
 */
public final class ContentCalls {

    /** What {@code copy_file_range} answers where it cannot do it for these two files, not for lack of space. */
    private static final Set<Integer> CANNOT =
            Set.of(Errno.EXDEV.number(), Errno.EOPNOTSUPP.number(), Errno.EINVAL.number(), Errno.ENOSYS.number());

    private static final int CHUNK = 256 * 1024;

    private final FileCalls calls;
    private final byte[] buffer = new byte[CHUNK];

    /** Its other calls go through these. */
    public ContentCalls(FileCalls calls) {
        this.calls = calls;
    }

    /**
     * Fills an empty file.
     *
     * @param size how many bytes {@code source} has
     * @return whether both share their blocks
     */
    public boolean copy(Descriptor source, Descriptor target, long size) {
        if (size == 0) {
            return false;
        }
        if (Syscalls.raw(Syscall.IOCTL, target.number(), FileSystems.FICLONE.value(), source.number()) >= 0) {
            return true;
        }
        long data = calls.seek(source, 0, Fcntl.SEEK_DATA);
        while (data >= 0 && data < size) {
            long end = Math.min(size, calls.seek(source, data, Fcntl.SEEK_HOLE));
            copyRange(source, target, data, end);
            data = end < size ? calls.seek(source, end, Fcntl.SEEK_DATA) : -1;
        }
        calls.truncate(target, size);
        return false;
    }

    private void copyRange(Descriptor source, Descriptor target, long from, long end) {
        calls.seek(source, from);
        calls.seek(target, from);
        for (long at = from; at < end; ) {
            long count = Syscalls.raw(Syscall.COPY_FILE_RANGE, source.number(), 0, target.number(), 0, end - at, 0);
            if (count < 0 && CANNOT.contains((int) -count)) {
                copyThroughMemory(source, target, at, end);
                return;
            }
            if (count == 0) {
                return;
            }
            if (count != -Errno.EINTR.number()) {
                at += calls.checked(count, Syscall.COPY_FILE_RANGE, target, Long.toString(end - at));
            }
        }
    }

    private void copyThroughMemory(Descriptor source, Descriptor target, long from, long end) {
        for (long at = from; at < end; ) {
            int count = calls.readAt(source, buffer, (int) Math.min(CHUNK, end - at), at);
            if (count == 0) {
                return;
            }
            calls.write(target, buffer, 0, count);
            at += count;
        }
    }
}

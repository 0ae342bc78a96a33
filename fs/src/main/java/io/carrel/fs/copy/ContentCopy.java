package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;

/** Copies what files hold, to their ends or to the limit; holes stay holes. Not thread-safe. */
final class ContentCopy {

    /** Blocks as {@code statx} counts them. */
    private static final int BLOCK = 512;

    private static final int CHUNK = 256 * 1024;

    private final byte[] buffer = new byte[CHUNK];
    private final FileCalls calls;
    private final Budget budget;

    ContentCopy(FileCalls calls, Budget budget) {
        this.calls = calls;
        this.budget = budget;
    }

    void copy(Descriptor source, Descriptor target, String path) {
        FileStatus status = calls.status(source);
        if (status.space().blocks() * BLOCK < status.size()) {
            sparse(source, target, path);
        } else {
            part(source, target, path, 0, Long.MAX_VALUE);
        }
    }

    private void sparse(Descriptor source, Descriptor target, String path) {
        long position = 0;
        for (long start = calls.seek(source, 0, Fcntl.SEEK_DATA); start >= position; ) {
            long hole = calls.seek(source, start, Fcntl.SEEK_HOLE);
            calls.seek(target, start);
            position = part(source, target, path, start, hole);
            if (position == start) {
                break;
            }
            start = calls.seek(source, position, Fcntl.SEEK_DATA);
        }
        calls.truncate(target, Math.max(position, calls.status(source).size()));
    }

    /** Copies up to {@code end} or to the file's end, and returns where that was. */
    private long part(Descriptor source, Descriptor target, String path, long start, long end) {
        long position = start;
        while (position < end) {
            int most = (int) Math.min(buffer.length, end - position);
            int count = calls.readAt(source, buffer, most, position);
            if (count == 0) {
                break;
            }
            budget.take(Names.shown(path), count);
            calls.write(target, buffer, 0, count);
            position += count;
        }
        return position;
    }
}

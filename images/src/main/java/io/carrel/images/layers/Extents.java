package io.carrel.images.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.List;

/**
 * Which parts of a file hold data; the rest are holes. Immutable.
 *
 * @param parts in their order, without gaps of no length
 */
record Extents(List<Part> parts, long size) {

    /** Blocks as {@code statx} counts them. */
    private static final int BLOCK = 512;

    record Part(long offset, long length) {}

    Extents {
        parts = List.copyOf(parts);
    }

    /** Asks the file system, for files that take less than their size. */
    static Extents of(Descriptor file, FileStatus status, FileCalls calls) {
        if (status.space().blocks() * BLOCK >= status.size()) {
            return new Extents(List.of(new Part(0, status.size())), status.size());
        }
        List<Part> parts = new ArrayList<>();
        long position = 0;
        while (position < status.size()) {
            long start = calls.seek(file, position, Fcntl.SEEK_DATA);
            if (start < 0 || start >= status.size()) {
                break;
            }
            long end = Math.min(calls.seek(file, start, Fcntl.SEEK_HOLE), status.size());
            parts.add(new Part(start, end - start));
            position = end;
        }
        return new Extents(parts, status.size());
    }
}

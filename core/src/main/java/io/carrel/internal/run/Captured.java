package io.carrel.internal.run;

import java.util.ArrayList;
import java.util.List;

/** Bytes that come piece by piece, up to a limit; it never copies what it has. Not thread-safe. */
final class Captured {

    private static final int FIRST = 4 * 1024;
    private static final int LARGEST = 1024 * 1024;

    private final long limit;
    private final List<byte[]> full = new ArrayList<>();
    private byte[] last = new byte[0];
    private int used;
    private long size;

    Captured(long limit) {
        this.limit = limit;
    }

    /** Keeps what there is room for; false if something had to be dropped. */
    boolean add(byte[] bytes, int count) {
        int room = (int) Math.min(count, limit - size);
        int done = 0;
        while (done < room) {
            if (used == last.length) {
                grow();
            }
            int part = Math.min(room - done, last.length - used);
            System.arraycopy(bytes, done, last, used, part);
            done += part;
            used += part;
            size += part;
        }
        return room == count;
    }

    private void grow() {
        byte[] next = new byte[Math.min(LARGEST, Math.max(FIRST, last.length * 2))];
        if (used > 0) {
            full.add(last);
        }
        last = next;
        used = 0;
    }

    /** All of it; it is empty then. */
    byte[] take() {
        byte[] all = new byte[Math.toIntExact(size)];
        int position = 0;
        for (byte[] part : full) {
            System.arraycopy(part, 0, all, position, part.length);
            position += part.length;
        }
        System.arraycopy(last, 0, all, position, used);
        full.clear();
        last = new byte[0];
        used = 0;
        return all;
    }
}

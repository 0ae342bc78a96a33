package io.carrel.images.layers;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import io.carrel.linux.binding.FileCalls;
import java.security.SecureRandom;

/**
 * Remembers paths in 8 to 16 bytes each, as a layer can have millions. It keeps keyed hashes of 64 bits, whose
 * collisions nobody can aim for. Not thread-safe.
 */
final class NameSet {

    private static final int SMALLEST = 1024;

    private final HashFunction hash;
    private long[] table = new long[SMALLEST];
    private int size;

    NameSet() {
        SecureRandom random = new SecureRandom();
        hash = Hashing.sipHash24(random.nextLong(), random.nextLong());
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean contains(String path) {
        return table[slot(table, hash(path))] != 0;
    }

    /** False if it was there already. */
    boolean add(String path) {
        long value = hash(path);
        int slot = slot(table, value);
        if (table[slot] != 0) {
            return false;
        }
        table[slot] = value;
        size++;
        if (size > table.length / 4 * 3) {
            grow();
        }
        return true;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        for (long value : table) {
            if (value != 0) {
                larger[slot(larger, value)] = value;
            }
        }
        table = larger;
    }

    private long hash(String path) {
        long value = hash.hashString(path, FileCalls.BYTES).asLong();
        return value == 0 ? 1 : value;
    }

    /** Where the value is, or where it would be put. */
    private static int slot(long[] table, long value) {
        int slot = (int) (value >>> 32) & (table.length - 1);
        while (table[slot] != 0 && table[slot] != value) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }
}

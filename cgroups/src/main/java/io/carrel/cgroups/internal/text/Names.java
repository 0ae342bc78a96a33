package io.carrel.cgroups.internal.text;

import java.util.Arrays;

/**
 * The names that are wanted of a file with a name and a number on each line, such as {@code memory.stat}. Their hashes
 * are compared, 64 bits each. Immutable.
 */
public final class Names {

    /** The number of a name that has no line. */
    public static final long ABSENT = -1;

    private final long[] hashes;

    /** These names, in the order in which their numbers are given. */
    public Names(String... names) {
        hashes = Arrays.stream(names).mapToLong(Scanner::hash).toArray();
    }

    /** The numbers of the names. */
    public long[] read(byte[] text, int length) {
        long[] numbers = new long[hashes.length];
        Arrays.fill(numbers, ABSENT);
        int missing = hashes.length;
        for (Scanner scanner = new Scanner(text, length); !scanner.isAtEnd() && missing > 0; scanner.nextLine()) {
            int index = index(scanner.word());
            if (index >= 0) {
                numbers[index] = scanner.number();
                missing--;
            }
        }
        return numbers;
    }

    private int index(long hash) {
        for (int i = 0; i < hashes.length; i++) {
            if (hashes[i] == hash) {
                return i;
            }
        }
        return -1;
    }
}

package io.carrel.cgroups.internal.text;

/** Goes through the bytes of a kernel file, word by word, without making strings. Not thread-safe. */
public final class Scanner {

    private static final long HASH_START = 0xcbf29ce484222325L;
    private static final long HASH_FACTOR = 0x100000001b3L;

    private static final long MAX = hash("max");

    private final byte[] text;
    private final int end;
    private int at;

    /** At the start of the first {@code length} bytes. */
    public Scanner(byte[] text, int length) {
        this.text = text;
        this.end = Math.max(0, length);
    }

    /** The number that a text begins with. */
    public static long number(byte[] text, int length) {
        return new Scanner(text, length).number();
    }

    /** Whether nothing is left. */
    public boolean isAtEnd() {
        return at >= end;
    }

    /** Whether the line has no further word. */
    public boolean isAtLineEnd() {
        return at >= end || text[at] == '\n';
    }

    /** Whether the next character is a digit. */
    public boolean isAtDigit() {
        return at < end && text[at] >= '0' && text[at] <= '9';
    }

    /** Goes to the next line. */
    public void nextLine() {
        while (at < end && text[at] != '\n') {
            at++;
        }
        at++;
    }

    /** Reads up to a blank, a line's end, {@code =} or {@code :}, and goes behind it unless it is the line's end. */
    public long word() {
        long hash = HASH_START;
        while (at < end) {
            byte b = text[at];
            if (b == '\n') {
                return hash;
            }
            at++;
            if (b == ' ' || b == '=' || b == ':') {
                return hash;
            }
            hash = (hash ^ b) * HASH_FACTOR;
        }
        return hash;
    }

    /** What {@link #word} gives for this one. */
    public static long hash(String word) {
        long hash = HASH_START;
        for (int i = 0; i < word.length(); i++) {
            hash = (hash ^ word.charAt(i)) * HASH_FACTOR;
        }
        return hash;
    }

    /**
     * Reads digits, and goes behind one blank, {@code :} or full stop after them; {@code max} is the largest number,
     * and {@link Names#ABSENT} stands for a text that does not begin with a digit.
     */
    public long number() {
        if (!isAtDigit()) {
            return word() == MAX ? Long.MAX_VALUE : Names.ABSENT;
        }
        long number = 0;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            number = number * 10 + (text[at++] - '0');
        }
        if (at < end && (text[at] == ' ' || text[at] == ':' || text[at] == '.')) {
            at++;
        }
        return number;
    }
}

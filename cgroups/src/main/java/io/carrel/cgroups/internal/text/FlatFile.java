package io.carrel.cgroups.internal.text;

import com.google.common.primitives.Longs;
import java.util.OptionalLong;

/** Files with a number, and files with a name and a number on each line. */
public final class FlatFile {

    /**
     * v1 has no word for no limit: it is the largest number of whole pages; of huge ones, which are up to 16 GiB, for
     * hugetlb.
     */
    private static final long V1_UNLIMITED = Long.MAX_VALUE - (16L << 30);

    private FlatFile() {}

    /**
     * A number; {@link Long#MAX_VALUE} for {@code max}, and for what v1 writes instead of it.
     *
     * @throws IllegalArgumentException if the text is something else, which is never taken for no limit
     */
    public static long number(String text) {
        if (text.equals("max") || text.equals("-1")) {
            return Long.MAX_VALUE;
        }
        Long number = Longs.tryParse(text);
        if (number == null || number < 0) {
            throw new IllegalArgumentException("not a number: \"" + text + "\"");
        }
        return number >= V1_UNLIMITED ? Long.MAX_VALUE : number;
    }

    /**
     * The number behind a name; empty if there is no such line.
     *
     * @throws IllegalArgumentException if what is behind the name is no number
     */
    public static OptionalLong value(String text, String name) {
        return text.lines()
                .filter(line ->
                        line.startsWith(name) && line.length() > name.length() && line.charAt(name.length()) == ' ')
                .findFirst()
                .map(line ->
                        OptionalLong.of(number(line.substring(name.length() + 1).strip())))
                .orElse(OptionalLong.empty());
    }
}

package io.carrel.fs.internal.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.carrel.fs.internal.tar.TarEntry.Time;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an extended header says about the next entry: lines of {@code length key=value}. Values are bytes, because extended
 * attributes are; here one char is one byte.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">pax, "pax Extended Header"</a>
 */
final class PaxRecords {

    private static final String ATTRIBUTE = "SCHILY.xattr.";

    private final Map<String, String> values = new HashMap<>();
    // The oldest of the GNU forms of sparse files repeats its keys.
    private final SparseMap.Pairs sparsePairs = new SparseMap.Pairs();
    private long sparseOffset = -1;

    void parse(byte[] content) throws TarFormatException {
        int at = 0;
        while (at < content.length && content[at] != 0) {
            int end = at + length(content, at);
            int equals = at;
            while (equals < end && content[equals] != '=') {
                equals++;
            }
            int space = at;
            while (content[space] != ' ') {
                space++;
            }
            if (equals >= end - 1 || content[end - 1] != '\n') {
                throw new TarFormatException("an extended header has a line without \"=\" or without an end");
            }
            String key = new String(content, space + 1, equals - space - 1, ISO_8859_1);
            put(key, new String(content, equals + 1, end - equals - 2, ISO_8859_1));
            at = end;
        }
    }

    private static int length(byte[] content, int at) throws TarFormatException {
        int length = 0;
        for (int i = at; i < content.length && i < at + 10; i++) {
            if (content[i] == ' ' && length > i - at + 2 && length <= content.length - at) {
                return length;
            }
            if (content[i] < '0' || content[i] > '9') {
                break;
            }
            length = length * 10 + content[i] - '0';
        }
        throw new TarFormatException("an extended header has a line without a valid length");
    }

    private void put(String key, String value) throws TarFormatException {
        switch (key) {
            case "GNU.sparse.offset" -> sparseOffset = parseNumber(key, value);
            case "GNU.sparse.numbytes" -> sparsePairs.add(sparseOffset, parseNumber(key, value));
            default -> values.put(key, value);
        }
    }

    @Nullable String text(String key) throws TarFormatException {
        String value = values.get(key);
        if (value != null && value.indexOf('\0') >= 0) {
            throw new TarFormatException("an extended header has a zero byte in \"" + key + "\"");
        }
        return value == null || value.isEmpty() ? null : value;
    }

    long number(String key, long otherwise) throws TarFormatException {
        String value = text(key);
        return value == null ? otherwise : parseNumber(key, value);
    }

    Time time(String key, long otherwise) throws TarFormatException {
        String value = text(key);
        if (value == null) {
            return new Time(otherwise, 0);
        }
        try {
            // More digits than any time has would make the arithmetic slow.
            if (value.length() > 40 || value.indexOf('e') >= 0 || value.indexOf('E') >= 0) {
                throw new NumberFormatException("no plain decimal number");
            }
            BigDecimal exact = new BigDecimal(value);
            BigDecimal seconds = exact.setScale(0, RoundingMode.FLOOR);
            int nanos = exact.subtract(seconds).movePointRight(9).intValue();
            return new Time(seconds.longValueExact(), nanos);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TarFormatException("an extended header has \"%s\" for %s".formatted(value, key), e);
        }
    }

    Map<String, byte[]> attributes() {
        Map<String, byte[]> attributes = new HashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(ATTRIBUTE) && key.length() > ATTRIBUTE.length()) {
                attributes.put(key.substring(ATTRIBUTE.length()), value.getBytes(ISO_8859_1));
            }
        });
        return attributes;
    }

    /** The map of a sparse file in the two forms that have it here; {@code null} for a file that is not sparse. */
    SparseMap.@Nullable Pairs sparsePairs() throws TarFormatException {
        String map = text("GNU.sparse.map");
        if (map == null) {
            return sparsePairs.isEmpty() ? null : sparsePairs;
        }
        String[] numbers = map.split(",", -1);
        if (numbers.length % 2 != 0) {
            throw new TarFormatException("a sparse file's map has an odd number of values");
        }
        SparseMap.Pairs pairs = new SparseMap.Pairs();
        for (int i = 0; i < numbers.length; i += 2) {
            pairs.add(parseNumber("GNU.sparse.map", numbers[i]), parseNumber("GNU.sparse.map", numbers[i + 1]));
        }
        return pairs;
    }

    /** Whether the map is at the beginning of the content. */
    boolean hasSparseMapInContent() throws TarFormatException {
        return "1".equals(text("GNU.sparse.major")) && "0".equals(text("GNU.sparse.minor"));
    }

    private static long parseNumber(String key, String value) throws TarFormatException {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new TarFormatException("an extended header has \"%s\" for %s".formatted(value, key), e);
        }
    }
}

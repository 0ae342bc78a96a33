package io.carrel.images.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.carrel.fs.spi.TarEntry.Time;
import io.carrel.fs.spi.TarFormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;
import org.jspecify.annotations.Nullable;

/**
 * The records of extended headers: lines of {@code length key=value}. Keys and values are bytes, one in each character,
 * as neither names nor extended attributes need to be text, which is what commons-compress takes them for. Not
 * thread-safe.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">pax, "pax Extended Header"</a>
 */
public final class PaxRecords {

    private static final String ATTRIBUTE = "SCHILY.xattr.";
    private static final int LONGEST_LENGTH = 9;

    private final Map<String, String> records = new TreeMap<>();
    /** The oldest of GNU's forms of sparse files repeats its keys. */
    private final List<TarArchiveStructSparse> sparseParts = new ArrayList<>();

    private long sparseOffset = -1;

    /** Adds a record, or replaces the one with this key. */
    public void put(String key, String value) {
        records.put(key, value);
    }

    /** Adds an extended attribute. */
    public void putAttribute(String name, String value) {
        put(ATTRIBUTE + name, value);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return records.isEmpty();
    }

    /** The content of a header, in the order of the keys. */
    public byte[] format() {
        StringBuilder text = new StringBuilder();
        records.forEach((key, value) -> text.append(record(key + "=" + value + "\n")));
        return text.toString().getBytes(ISO_8859_1);
    }

    /** The length in front counts its own digits. */
    private static String record(String content) {
        int length = content.length() + 2;
        while (length != content.length() + 1 + Integer.toString(length).length()) {
            length = content.length() + 1 + Integer.toString(length).length();
        }
        return length + " " + content;
    }

    /** Adds the records of a header. */
    void parse(byte[] header) throws TarFormatException {
        String text = new String(header, ISO_8859_1);
        for (int at = 0; at < text.length(); ) {
            if (text.charAt(at) == '\n') {
                at++;
                continue;
            }
            int space = text.indexOf(' ', at);
            int end = at + length(text, at, space);
            int equals = text.indexOf('=', space);
            if (equals < 0 || equals >= end - 1 || text.charAt(end - 1) != '\n') {
                throw new TarFormatException("an extended header has a line that is not \"length key=value\"");
            }
            add(text.substring(space + 1, equals), text.substring(equals + 1, end - 1));
            at = end;
        }
    }

    private static int length(String text, int at, int space) throws TarFormatException {
        if (space > at && space - at <= LONGEST_LENGTH) {
            String digits = text.substring(at, space);
            if (digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                int length = Integer.parseInt(digits);
                if (at + length > space && length <= text.length() - at) {
                    return length;
                }
            }
        }
        throw new TarFormatException("an extended header has a line without a valid length");
    }

    private void add(String key, String value) throws TarFormatException {
        switch (key) {
            case "GNU.sparse.offset" -> sparseOffset = number(key, value);
            case "GNU.sparse.numbytes" -> sparseParts.add(SparseMap.part(sparseOffset, number(key, value)));
            default -> records.put(key, value);
        }
    }

    /** All of these, and those of the archive's own headers whose keys these do not have. */
    PaxRecords over(PaxRecords global) {
        if (global.isEmpty()) {
            return this;
        }
        PaxRecords all = new PaxRecords();
        all.records.putAll(global.records);
        all.records.putAll(records);
        all.sparseParts.addAll(sparseParts);
        return all;
    }

    /** Null if there is none, or one without a value, which takes back one of the archive's. */
    @Nullable String text(String key) throws TarFormatException {
        String value = records.get(key);
        if (value != null && value.indexOf('\0') >= 0) {
            throw new TarFormatException("an extended header has a zero byte (NUL) in \"" + key + "\"");
        }
        return value == null || value.isEmpty() ? null : value;
    }

    long number(String key, long otherwise) throws TarFormatException {
        String value = text(key);
        return value == null ? otherwise : number(key, value);
    }

    private static long number(String key, String value) throws TarFormatException {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new TarFormatException("an extended header has \"%s\" for %s".formatted(value, key), e);
        }
    }

    Time time(String key, Time otherwise) throws TarFormatException {
        String value = text(key);
        if (value == null) {
            return otherwise;
        }
        try {
            return PaxTime.parse(value);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TarFormatException("an extended header has \"%s\" for %s".formatted(value, key), e);
        }
    }

    /** The extended attributes by their full names; an empty value is one, too. */
    Map<String, byte[]> attributes() {
        Map<String, byte[]> attributes = new HashMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(ATTRIBUTE)) {
                attributes.put(key.substring(ATTRIBUTE.length()), value.getBytes(ISO_8859_1));
            }
        });
        return attributes;
    }

    List<TarArchiveStructSparse> sparseParts() {
        return sparseParts;
    }
}

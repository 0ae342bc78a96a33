package io.carrel.fs.layers;

import io.carrel.linux.binding.FileCalls;
import java.util.Map;
import java.util.TreeMap;

/**
 * The records of one PAX header, in the order of their keys. commons-compress writes values as UTF-8 text alone, which
 * neither names nor extended attributes need to be. Not thread-safe.
 */
final class PaxRecords {

    private final Map<String, String> records = new TreeMap<>();

    void put(String key, String value) {
        records.put(key, value);
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    byte[] format() {
        StringBuilder text = new StringBuilder();
        records.forEach((key, value) -> text.append(record(key + "=" + value + "\n")));
        return text.toString().getBytes(FileCalls.BYTES);
    }

    /** The length in front counts its own digits. */
    private static String record(String content) {
        int length = content.length() + 2;
        while (length != content.length() + 1 + Integer.toString(length).length()) {
            length = content.length() + 1 + Integer.toString(length).length();
        }
        return length + " " + content;
    }
}

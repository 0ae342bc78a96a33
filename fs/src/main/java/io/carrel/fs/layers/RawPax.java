package io.carrel.fs.layers;

import io.carrel.linux.binding.FileCalls;
import java.util.HashMap;
import java.util.Map;

/**
 * The records of PAX headers as bytes, one in each character. commons-compress takes the values for UTF-8 text, which
 * neither names nor extended attributes need to be.
 */
final class RawPax {

    private static final int LONGEST_LENGTH = 10;

    private RawPax() {}

    /** Adds the records of a header; one without a value takes back an earlier one. */
    static void parse(byte[] header, Map<String, String> records, Refusal refusal) {
        String text = new String(header, FileCalls.BYTES);
        for (int at = 0; at < text.length(); ) {
            if (text.charAt(at) == '\n') {
                at++;
                continue;
            }
            int space = text.indexOf(' ', at);
            int end = space < 0 ? -1 : at + length(text.substring(at, space), refusal);
            int equals = space < 0 ? -1 : text.indexOf('=', space);
            if (equals < 0 || equals >= end || end > text.length() || text.charAt(end - 1) != '\n') {
                throw refusal.because("a PAX header has a record that is not \"length key=value\"");
            }
            put(records, text.substring(space + 1, equals), text.substring(equals + 1, end - 1));
            at = end;
        }
    }

    private static void put(Map<String, String> records, String key, String value) {
        if (value.isEmpty()) {
            records.remove(key);
        } else {
            records.put(key, value);
        }
    }

    private static int length(String digits, Refusal refusal) {
        try {
            if (digits.length() < LONGEST_LENGTH) {
                int length = Integer.parseInt(digits);
                if (length > 0) {
                    return length;
                }
            }
        } catch (NumberFormatException e) {
            throw refusal.because("a PAX header has a record without a length", e);
        }
        throw refusal.because("a PAX header has a record of an impossible length");
    }

    /** Both, the second before the first. */
    static Map<String, String> merged(Map<String, String> global, Map<String, String> own) {
        if (global.isEmpty()) {
            return own;
        }
        Map<String, String> all = new HashMap<>(global);
        all.putAll(own);
        return all;
    }
}

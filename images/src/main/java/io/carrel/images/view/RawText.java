package io.carrel.images.view;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.InvalidPathException;

/**
 * Names are bytes on Linux, and most but not all of them are UTF-8. Inside this package a name is a string with one
 * char per byte ("raw"), which is compact and compares as bytes do. Towards the outside it is decoded: a byte that is
 * not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte, U+DC80 to U+DCFF, which valid UTF-8 never yields.
 * So no two names look the same, and each can be turned back.
 */
final class RawText {

    private static final char ESCAPE = 0xdc00;

    private RawText() {}

    static String decode(String raw) {
        return isAscii(raw) ? raw : decodeBytes(ByteBuffer.wrap(raw.getBytes(ISO_8859_1)));
    }

    private static String decodeBytes(ByteBuffer bytes) {
        CharsetDecoder decoder = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        while (true) {
            CoderResult result = decoder.decode(bytes, text, true);
            if (result.isUnderflow()) {
                return text.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                text.put((char) (ESCAPE | bytes.get() & 0xff));
            }
            decoder.reset();
        }
    }

    /**
     * The inverse.
     *
     * @throws InvalidPathException for what no name can be: with a zero, or half a surrogate pair that is no escaped
     *     byte
     */
    static String encode(String text) {
        int zero = text.indexOf('\0');
        if (zero >= 0) {
            throw new InvalidPathException(text.replace('\0', '?'), "Nul character not allowed", zero);
        }
        return isAscii(text) ? text : encodeChars(text);
    }

    private static String encodeChars(String text) {
        StringBuilder raw = new StringBuilder(text.length() + 16);
        CharsetEncoder encoder = UTF_8.newEncoder();
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (point >= (ESCAPE | 0x80) && point <= (ESCAPE | 0xff)) {
                raw.append((char) (point & 0xff));
            } else if (point < 0x80) {
                raw.append((char) point);
            } else {
                try {
                    ByteBuffer bytes = encoder.encode(CharBuffer.wrap(Character.toChars(point)));
                    raw.append(ISO_8859_1.decode(bytes));
                } catch (CharacterCodingException e) {
                    throw new InvalidPathException(text, "Malformed input or input contains unmappable characters", i);
                }
            }
            i += Character.charCount(point);
        }
        return raw.toString();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}

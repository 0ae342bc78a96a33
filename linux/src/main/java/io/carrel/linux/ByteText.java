package io.carrel.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Converts texts that are bytes to the kernel, such as arguments, variables and paths, which need not be UTF-8. Bytes
 * that are UTF-8 become their text; each other byte becomes an unpaired low surrogate (U+DC80 to U+DCFF), which no
 * proper text has, and is converted back to the byte. Arguments and variables of a command may contain such texts.
 * Thread-safe.
 */
public final class ByteText {

    private static final int ESCAPE = 0xdc00;

    private ByteText() {}

    /** Returns the text for these bytes. Never fails. */
    public static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE | in.get() & 0xff));
            }
            decoder.reset();
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }

    /**
     * Returns the texts of a file such as {@code /proc/PID/cmdline} or {@code environ}, each of which ends with a zero
     * byte. Never fails.
     */
    public static List<String> decodeAll(byte[] terminated) {
        List<String> texts = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < terminated.length; end++) {
            if (terminated[end] == 0) {
                texts.add(decode(Arrays.copyOfRange(terminated, start, end)));
                start = end + 1;
            }
        }
        return texts;
    }

    /** Returns the bytes of a text. An unpaired surrogate that stands for no byte becomes {@code ?}. */
    public static byte[] encode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                bytes.writeBytes(text.substring(plain, i).getBytes(StandardCharsets.UTF_8));
                bytes.write(text.charAt(i) & 0xff);
                plain = i + 1;
            }
        }
        bytes.writeBytes(text.substring(plain).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static boolean isEscape(String text, int index) {
        char character = text.charAt(index);
        return character >= (ESCAPE | 0x80)
                && character <= (ESCAPE | 0xff)
                && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }
}

package io.carrel.images.view;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.InvalidPathException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Names as bytes, and as text. */
class RawTextTest {

    @Test
    void everyNameCanBeTurnedBack() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            byte[] name = new byte[random.nextInt(8)];
            for (int b = 0; b < name.length; b++) {
                // Mostly bytes with a meaning in UTF-8, and no zero.
                name[b] = (byte) (random.nextInt(4) == 0 ? 1 + random.nextInt(255) : 0x80 + random.nextInt(128));
            }
            String raw = new String(name, ISO_8859_1);
            assertThat(RawText.encode(RawText.decode(raw))).isEqualTo(raw);
        }
    }

    @Test
    void validTextIsItself() {
        String text = "grün/日本/\ud83d\ude00";
        String raw = new String(text.getBytes(UTF_8), ISO_8859_1);
        assertThat(RawText.decode(raw)).isEqualTo(text);
        assertThat(RawText.encode(text)).isEqualTo(raw);
    }

    @Test
    void otherBytesAreEscaped() {
        assertThat(RawText.decode("caf\u00e9.txt")).isEqualTo("caf\udce9.txt");
        // A surrogate that somebody wrote as UTF-8 is not UTF-8.
        assertThat(RawText.decode("\u00ed\u00b3\u00bf")).isEqualTo("\udced\udcb3\udcbf");
    }

    @Test
    void halfAPairThatIsNoByteIsNoName() {
        assertThatThrownBy(() -> RawText.encode("a\ud800")).isInstanceOf(InvalidPathException.class);
        assertThatThrownBy(() -> RawText.encode("a\udc7f")).isInstanceOf(InvalidPathException.class);
    }
}

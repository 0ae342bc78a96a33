package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "café", "\ud83d\ude00 and \u0000"})
    void utf8IsItself(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(ByteText.decode(bytes)).isEqualTo(text);
        assertThat(ByteText.encode(text)).isEqualTo(bytes);
    }

    @Test
    void bytesThatAreNotUtf8ComeBack() {
        byte[] latin = {'c', 'a', 'f', (byte) 0xe9, 'x', (byte) 0xff, (byte) 0xc3};
        assertThat(ByteText.decode(latin)).isEqualTo("caf\udce9x\udcff\udcc3");
        assertThat(ByteText.encode(ByteText.decode(latin))).isEqualTo(latin);
    }

    @Test
    void allBytesComeBack() {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            assertThat(ByteText.encode(ByteText.decode(bytes))).isEqualTo(bytes);
        }
    }
}

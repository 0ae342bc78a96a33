package io.carrel.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.Container;
import io.carrel.linux.ByteText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HostEnvironmentTest {

    @Test
    void variablesKeepTheirBytes() {
        byte[] environ = "A=caf\u00e9\0B=\0=C\0D\0E=x=y\0".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(HostEnvironment.parse(environ)).isEqualTo(Map.of("A", "caf\udce9", "B", "", "E", "x=y"));
    }

    @Test
    @Tag("kernel")
    void aCommandGetsTheBytes() throws Exception {
        byte[] latin = {'c', 'a', 'f', (byte) 0xe9};
        assertThat(Container.builder()
                        .environment("Y", ByteText.decode(latin))
                        .command("sh", "-c", "printf %s \"$Y\"; printf %s \"$1\"", "sh", ByteText.decode(latin))
                        .build()
                        .run()
                        .stdoutBytes())
                .containsExactly('c', 'a', 'f', 0xe9, 'c', 'a', 'f', 0xe9);
    }
}

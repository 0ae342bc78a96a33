package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.linux.RefusedContentException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageHealthCheckTest {

    private static ImageConfig config(String healthCheck) {
        String document = "{\"config\":{\"Healthcheck\":%s},\"rootfs\":{\"diff_ids\":[]}}".formatted(healthCheck);
        return ImageConfig.parse(document.getBytes(UTF_8), "a test");
    }

    @Test
    void isReadAsDockerWritesItAndWrittenAgain() {
        ImageConfig config = config("{\"Test\":[\"CMD\",\"a\",\"b\"],\"Interval\":90000000000,\"Timeout\":1500000000,"
                + "\"StartPeriod\":0,\"StartInterval\":5000000,\"Retries\":4}");
        assertThat(config.defaults().healthCheck())
                .contains(new ImageHealthCheck(
                        List.of("CMD", "a", "b"),
                        Duration.ofSeconds(90),
                        Duration.ofMillis(1500),
                        Duration.ZERO,
                        Duration.ofMillis(5),
                        4));
        assertThat(ImageConfig.parse(config.format(), "again").defaults()).isEqualTo(config.defaults());
    }

    @Test
    void needNotBeThere() {
        assertThat(config("null").defaults().healthCheck()).isEmpty();
        assertThat(config("{\"Test\":[\"NONE\"]}")
                        .defaults()
                        .healthCheck()
                        .orElseThrow()
                        .test())
                .containsExactly("NONE");
        assertThat(config("{}").defaults().healthCheck().orElseThrow().test()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "{\"Test\":\"a\"}", "{\"Interval\":-1}", "{\"Timeout\":\"30s\"}", "{\"Retries\":1.5}"})
    void isRefusedIfItIsSomethingElse(String healthCheck) {
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> config(healthCheck))
                .withMessageContaining("config.Healthcheck");
    }
}

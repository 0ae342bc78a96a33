package io.carrel.fs.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carrel.linux.RefusedContentException;
import java.util.function.UnaryOperator;

/**
 * The documents of an image, with damage that is guided by what their readers do with it: they are read, or refused in words,
 * and what is read and written can be read again. Fuzzes for the time given where JAZZER_FUZZ is set, which {@code ./verify}
 * does; else one input is tried.
 */
class DocumentFuzzTest {

    private static final String SOURCE = "fuzz";

    @FuzzTest(maxDuration = "5s")
    void manifest(byte[] document) {
        readOrRefuse(document, bytes -> Manifest.parse(bytes, SOURCE).format());
    }

    @FuzzTest(maxDuration = "5s")
    void index(byte[] document) {
        readOrRefuse(document, bytes -> Index.parse(bytes, SOURCE).format());
    }

    @FuzzTest(maxDuration = "5s")
    void config(byte[] document) {
        readOrRefuse(document, bytes -> ImageConfig.parse(bytes, SOURCE).format());
    }

    private static void readOrRefuse(byte[] document, UnaryOperator<byte[]> roundTrip) {
        try {
            byte[] once = roundTrip.apply(document);
            assertThat(roundTrip.apply(once)).isEqualTo(once);
        } catch (RefusedContentException e) {
            assertThat(e).hasMessageStartingWith(SOURCE);
        }
    }
}

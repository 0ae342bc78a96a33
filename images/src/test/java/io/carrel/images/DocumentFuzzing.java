package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carrel.linux.RefusedContentException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The documents of an image, with damage that is guided by what their readers do with it: they are read, or refused in
 * words, and what is read and written can be read again. {@code ./verify} runs it; it is no test by name, as the fuzzer
 * changes classes of its JVM and can run once in it.
 */
class DocumentFuzzing {

    private static final String SOURCE = "fuzz";
    private static final List<UnaryOperator<byte[]>> ROUND_TRIPS = List.of(
            bytes -> Manifest.parse(bytes, SOURCE).format(),
            bytes -> Index.parse(bytes, SOURCE).format(),
            bytes -> ImageConfig.parse(bytes, SOURCE).format());

    static Stream<byte[]> seeds() {
        List<String> documents =
                List.of(DocumentMutationTest.MANIFEST, DocumentMutationTest.INDEX, DocumentMutationTest.CONFIG);
        return IntStream.range(0, documents.size())
                .mapToObj(kind -> ((char) kind + documents.get(kind)).getBytes(UTF_8));
    }

    /** The first byte tells which document the rest is. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10s") // the last annotation, Jazzer wants it so
    void document(byte[] input) {
        if (input.length == 0) {
            return;
        }
        UnaryOperator<byte[]> roundTrip = ROUND_TRIPS.get((input[0] & 0xff) % ROUND_TRIPS.size());
        try {
            byte[] once = roundTrip.apply(Arrays.copyOfRange(input, 1, input.length));
            assertThat(roundTrip.apply(once)).isEqualTo(once);
        } catch (RefusedContentException e) {
            assertThat(e).hasMessageStartingWith(SOURCE);
        }
    }
}

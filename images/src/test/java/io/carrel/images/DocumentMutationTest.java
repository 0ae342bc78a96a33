package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.RefusedContentException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents with random damage are read, or refused in words; nothing else happens. */
class DocumentMutationTest {

    private static final long NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final String DIGEST = "sha256:" + "0a".repeat(32);
    private static final String DESCRIPTOR =
            "{\"mediaType\":\"a/b\",\"digest\":\"" + DIGEST + "\",\"size\":12,\"platform\":{\"os\":\"linux\","
                    + "\"architecture\":\"amd64\",\"variant\":\"v8\"},\"annotations\":{\"a\":\"b\"}}";
    static final String MANIFEST = "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s,%s]}"
            .formatted(MediaTypes.MANIFEST, DESCRIPTOR, DESCRIPTOR, DESCRIPTOR);
    static final String INDEX =
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}".formatted(MediaTypes.INDEX, DESCRIPTOR);
    static final String CONFIG =
            "{\"os\":\"linux\",\"architecture\":\"amd64\",\"created\":\"2020-01-01T00:00:00Z\",\"config\":{\"Env\":[\"A=B\"],"
                    + "\"Cmd\":[\"x\"],\"Volumes\":{\"/v\":{}},\"Labels\":{\"l\":\"m\"}},\"rootfs\":{\"type\":\"layers\","
                    + "\"diff_ids\":[\"" + DIGEST + "\"]},\"history\":[{\"created_by\":\"x\",\"empty_layer\":true}]}";
    private static final List<String> PIECES = List.of(
            "null",
            "-1",
            "1e400",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "true",
            ",",
            ":",
            "\\u0000",
            "\\ud800",
            "9".repeat(70),
            DIGEST);

    @ParameterizedTest
    @ValueSource(strings = {"manifest", "index", "config"})
    void readsOrRefuses(String kind) {
        BiFunction<byte[], String, byte[]> roundTrip = switch (kind) {
            case "manifest" -> (bytes, source) -> Manifest.parse(bytes, source).format();
            case "index" -> (bytes, source) -> Index.parse(bytes, source).format();
            default -> (bytes, source) -> ImageConfig.parse(bytes, source).format();
        };
        String valid = kind.equals("manifest") ? MANIFEST : kind.equals("index") ? INDEX : CONFIG;
        Random random = new Random(7);
        int read = 0;
        int refused = 0;
        for (long start = System.nanoTime(); System.nanoTime() - start < NANOS; ) {
            byte[] bytes = mutated(valid.getBytes(UTF_8), random);
            try {
                byte[] once = roundTrip.apply(bytes, "fuzz");
                assertThat(roundTrip.apply(once, "fuzz")).isEqualTo(once);
                read++;
            } catch (RefusedContentException e) {
                assertThat(e).hasMessageStartingWith("fuzz");
                refused++;
            }
        }
        assertThat(read).isPositive();
        assertThat(refused).isGreaterThan(1000);
    }

    private static byte[] mutated(byte[] valid, Random random) {
        byte[] bytes = valid;
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            int end = Math.min(bytes.length, at + random.nextInt(12));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(Arrays.copyOf(bytes, at));
            switch (random.nextInt(4)) {
                case 0 -> out.write(random.nextInt(256));
                case 1 ->
                    out.writeBytes(PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8));
                case 2 -> out.writeBytes(Arrays.copyOfRange(bytes, at, end));
                default -> end = Math.min(bytes.length, at + 1);
            }
            out.writeBytes(Arrays.copyOfRange(bytes, end, bytes.length));
            bytes = out.toByteArray();
        }
        return bytes.length == 0 ? valid : bytes;
    }
}

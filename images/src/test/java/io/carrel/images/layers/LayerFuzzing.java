package io.carrel.images.layers;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carrel.fs.internal.Tree;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Archives with damage that is guided by what their reader does with it: they are unpacked or refused in words, and
 * nothing outside is touched. {@code ./verify} runs it; it is no test by name, as the fuzzer changes classes of its JVM
 * and can run once in it.
 */
class LayerFuzzing {

    static Stream<byte[]> seeds() {
        return LayerMutationTest.CORPUS.stream();
    }

    /** Checksums are made right first: no fuzzer guesses them, and wrong ones are refused at once. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10s") // the last annotation, Jazzer wants it so
    void layer(byte[] input) throws IOException {
        byte[] archive = input.clone();
        LayerMutationTest.repairChecksums(archive);
        Path place = Files.createTempDirectory("fuzz");
        Path target = Files.createDirectory(place.resolve("target"));
        Path outside = Files.writeString(place.resolve("outside"), "of the host");
        Whiteouts whiteouts = input.length % 2 == 0 ? Whiteouts.OVERLAY : Whiteouts.REMOVE;
        try {
            LayerApplier.onto(target, whiteouts, Owners.RECORD)
                    .limits(LayerMutationTest.LIMITS)
                    .apply(new ByteArrayInputStream(archive));
        } catch (RefusedContentException | SyscallException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
        assertThat(outside).hasContent("of the host");
        try (Stream<Path> files = Files.list(place)) {
            assertThat(files).containsExactlyInAnyOrder(target, outside);
        }
        Tree.delete(place);
    }
}

package io.carrel.fs.layers;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/**
 * Archives with damage that is guided by what their reader does with it: they are unpacked or refused in words, and nothing
 * outside is touched. Fuzzes for the time given where JAZZER_FUZZ is set, which {@code ./verify} does; else one input is
 * tried.
 */
@Tag("kernel")
class LayerFuzzTest {

    private static final LayerLimits LIMITS = new LayerLimits(1000, 1 << 20, 1 << 24, 1 << 16);

    @FuzzTest(maxDuration = "10s")
    void layer(byte[] archive) throws IOException {
        Path place = Files.createTempDirectory("fuzz");
        Path target = Files.createDirectory(place.resolve("target"));
        Path outside = Files.writeString(place.resolve("outside"), "of the host");
        Whiteouts whiteouts = archive.length % 2 == 0 ? Whiteouts.OVERLAY : Whiteouts.REMOVE;
        try {
            LayerApplier.onto(target, whiteouts, Owners.RECORD).limits(LIMITS).apply(new ByteArrayInputStream(archive));
        } catch (RefusedContentException | SyscallException e) {
            assertThat(e.getMessage()).isNotEmpty();
        } finally {
            assertThat(outside).hasContent("of the host");
            try (Stream<Path> files = Files.list(place)) {
                assertThat(files).containsExactlyInAnyOrder(target, outside);
            }
            io.carrel.fs.internal.Tree.delete(place);
        }
    }
}

package io.carrel.images.layers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.images.view.ImageFileSystem;
import io.carrel.images.view.LayerSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sparse files whose sizes and offsets have more than 31, and in octal digits more than 33, bits. */
@Tag("kernel")
@Tag("long")
class LargeSparseFileTest {

    private static final long SIZE = 9L << 30;
    private static final List<Long> PLACES = List.of(0L, 3L << 30, SIZE - 3);

    @TempDir
    private Path place;

    private Path made = Path.of("");

    @BeforeEach
    void makeFile() throws IOException {
        made = Files.createDirectory(place.resolve("made"));
        try (FileChannel file = FileChannel.open(
                made.resolve("sparse"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            for (long offset : PLACES) {
                file.write(ByteBuffer.wrap("abc".getBytes(US_ASCII)), offset);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=gnu",
                "--format=posix --sparse-version=0.0",
                "--format=posix --sparse-version=0.1",
                "--format=posix --sparse-version=1.0"
            })
    void asGnuTarWritesItIsUnpackedAndShown(String options) throws Exception {
        Path archive = place.resolve("layer.tar");
        Commands.run(
                place,
                "tar --sparse " + options + " -cf layer.tar -C made sparse && touch after" + " && tar -rf layer.tar "
                        + options + " after");

        assertIsThere(archive);
    }

    private void assertIsThere(Path archive) throws IOException {
        Path target = Files.createDirectory(place.resolve("target"));
        try (InputStream in = Files.newInputStream(archive)) {
            AppliedLayer applied =
                    LayerApplier.onto(target, Whiteouts.REMOVE, Owners.RECORD).apply(in);
            assertThat(applied.entries()).isEqualTo(2);
        }
        assertHolds(target.resolve("sparse"));
        try (ImageFileSystem image = ImageFileSystem.open(List.of(LayerSource.archive(archive)))) {
            assertHolds(image.getPath("/sparse"));
        }
    }

    private static void assertHolds(Path file) throws IOException {
        assertThat(Files.size(file)).isEqualTo(SIZE);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            for (long offset : PLACES) {
                ByteBuffer found = ByteBuffer.allocate(3);
                channel.position(offset).read(found);
                assertThat(found.array()).as("at %d", offset).asString(US_ASCII).isEqualTo("abc");
            }
            ByteBuffer hole = ByteBuffer.allocate(3);
            channel.position(1L << 30).read(hole);
            assertThat(hole.array()).as("in a hole").containsOnly(0);
        }
    }
}

package io.carrel.images.layers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.images.compression.Compression;
import io.carrel.images.view.ImageFileSystem;
import io.carrel.images.view.LayerSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with holes: as GNU tar writes them, and as layers have them. */
@Tag("kernel")
class SparseFileTest {

    /** A header of GNU's oldest form has room for 4 parts, and each record after it for 21 more. */
    private static final List<Integer> PARTS = List.of(1, 2, 3, 4, 5, 24, 25, 26, 46, 47, 100);

    private static final int STRIDE = 64 << 10;

    @TempDir
    private Path place;

    private static Path file(Path file, int parts, long stride, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            for (int i = 0; i < parts; i++) {
                channel.write(ByteBuffer.wrap(("part " + i).getBytes(US_ASCII)), i * stride);
            }
            if (size > channel.size()) {
                channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
            }
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=oldgnu",
                "--format=gnu",
                "--format=pax --sparse-version=0.0",
                "--format=pax --sparse-version=0.1",
                "--format=pax --sparse-version=1.0"
            })
    void anyNumberOfPartsIsUnpackedAndShown(String format) throws Exception {
        Path made = Files.createDirectory(place.resolve("made"));
        for (int parts : PARTS) {
            file(made.resolve(parts + "-parts"), parts, STRIDE, parts * (long) STRIDE);
        }
        Commands.run(place, "tar --sparse --hole-detection=seek " + format + " -cf layer.tar -C made .");
        Path archive = place.resolve("layer.tar");
        Path target = Files.createDirectory(place.resolve("target"));

        try (InputStream in = Files.newInputStream(archive)) {
            LayerApplier.onto(target, Whiteouts.REMOVE, Owners.RECORD).apply(in);
        }

        try (ImageFileSystem image = ImageFileSystem.open(List.of(LayerSource.archive(archive)))) {
            for (int parts : PARTS) {
                byte[] content = Files.readAllBytes(made.resolve(parts + "-parts"));
                assertThat(target.resolve(parts + "-parts")).hasBinaryContent(content);
                assertThat(Files.readAllBytes(image.getPath("/" + parts + "-parts")))
                        .isEqualTo(content);
            }
        }
    }

    /** With the list of its names behind each directory, which is no file. */
    @Test
    void incrementalArchivesAreUnpacked() throws Exception {
        Commands.run(
                place, "mkdir -p made/a/b target; echo x > made/a/f; tar --format=gnu -g list -cf layer.tar -C made .");
        assertThat(output("tar -tf layer.tar | head -n 1")).isEqualTo("./");
        try (InputStream in = Files.newInputStream(place.resolve("layer.tar"))) {
            LayerApplier.onto(place.resolve("target"), Whiteouts.REMOVE, Owners.RECORD)
                    .apply(in);
        }
        assertThat(output("cd target; find . | sort; cat a/f")).isEqualTo(".\n./a\n./a/b\n./a/f\nx");
    }

    @Test
    void layersHavePlainEntriesAndUnpackingMakesTheHolesAgain() throws Exception {
        long size = 200L << 20;
        Path upper = Files.createDirectory(place.resolve("upper"));
        Path made = file(upper.resolve("sparse"), 3, 60L << 20, size);
        Path archive = place.resolve("layer.tar.gz");
        try (OutputStream out = Files.newOutputStream(archive)) {
            LayerWriter.of(upper).write(out, Compression.GZIP);
        }
        assertThat(Files.size(archive)).isLessThan(1 << 20);
        assertThat(output("zcat layer.tar.gz | grep -ac GNU.sparse || true")).isEqualTo("0");
        assertThat(output("tar -tvzf layer.tar.gz | tr -s ' ' | cut -d ' ' -f 3"))
                .isEqualTo(Long.toString(size));

        Path target = Files.createDirectory(place.resolve("target"));
        try (InputStream in = Files.newInputStream(archive)) {
            LayerApplier.onto(target, Whiteouts.OVERLAY, Owners.RECORD).apply(in);
        }

        assertThat(Files.mismatch(made, target.resolve("sparse"))).isEqualTo(-1);
        assertThat(Long.parseLong(output("stat -c %b target/sparse")) * 512).isLessThan(10 << 20);
    }

    private String output(String script) throws Exception {
        return Commands.run(place, script).strip();
    }
}

package io.carrel.images.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.images.compression.Compression;
import io.carrel.linux.RefusedContentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("kernel")
@Tag("long")
@EnabledIf(value = "hasPrograms", disabledReason = "umoci or setfattr is not installed")
class LayerWriterTest {

    @TempDir
    Path place;

    private Path upper = Path.of("");

    static boolean hasPrograms() {
        return Commands.has("umoci") && Commands.has("setfattr");
    }

    @BeforeEach
    void makeUpper() throws IOException, InterruptedException {
        upper = Files.createDirectory(place.resolve("upper"));
        Commands.run(upper, """
                mkdir -p b/deep a/sub c; echo one > b/one; ln b/one a/link; ln -s ../b/one a/sym; mkfifo c/fifo
                long=$(printf 'n%.0s' $(seq 130)); echo l > b/$long; ln -s $long b/long-link; ln b/$long b/$long-2
                truncate -s 5M b/sparse; echo data | dd of=b/sparse bs=1 seek=2097152 conv=notrunc 2>/dev/null
                setfattr -n user.binary -v 0xff00fe0a b/one; setfattr -n user.text -v hello b
                chmod 4711 b/one; chmod 2755 c; chmod 0 b/deep; echo bytes > "$(printf 'caf\\351')"
                touch -d '2011-02-03 04:05:06.123456789 UTC' b/one c; touch -d '1960-01-01 00:00:00.5 UTC' b/sparse
                """);
    }

    private Path write(String name, Compression compression, LayerWriter writer) throws IOException {
        Path file = place.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            WrittenLayer written = writer.write(out, compression);
            out.flush();
            assertThat(written.size()).isEqualTo(Files.size(file));
            assertThat(written.digest()).isEqualTo(Digest.of(Files.readAllBytes(file)));
        }
        return file;
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void whatIsWrittenIsUnpackedAgain(Compression compression) throws IOException, InterruptedException {
        Path file = write(
                "layer",
                compression,
                LayerWriter.of(upper).owners(Owners.RECORD).ids(id -> 0, id -> 0));
        Path again = Files.createDirectory(place.resolve("again"));
        try (InputStream in = Files.newInputStream(file)) {
            LayerApplier.onto(again, Whiteouts.OVERLAY, Owners.RECORD).apply(in);
        }

        assertThat(Commands.describe(again)).isEqualTo(Commands.describe(upper)).contains("user.binary=0xff00fe0a");
        assertThat(Long.parseLong(Commands.run(again, "stat -c %b b/sparse").strip()))
                .as("5 MiB in blocks of 512, with one piece that is no hole")
                .isLessThanOrEqualTo(8);
    }

    @Test
    void gnuTarAndUmociUnpackTheSame() throws IOException, InterruptedException {
        write("layer.tar", Compression.NONE, LayerWriter.of(upper).ids(id -> 0, id -> 0));
        Commands.run(place, """
                mkdir gnu; tar --xattrs --xattrs-include='user.*' -C gnu -xpf layer.tar
                umoci init --layout image; umoci new --image image:v; umoci raw add-layer --image image:v layer.tar
                umoci unpack --rootless --image image:v theirs
                """);

        String description = Commands.describe(upper);
        assertThat(Commands.describe(place.resolve("gnu"))).isEqualTo(description);
        assertThat(Commands.describe(place.resolve("theirs/rootfs"))).isEqualTo(description);
    }

    @Test
    void theSameFilesGiveTheSameBytes() throws IOException, InterruptedException {
        Commands.run(place, "chmod 700 upper/b/deep; cp -a upper copy");
        for (Compression compression : Compression.values()) {
            Path one = write("one", compression, LayerWriter.of(upper));
            Path two = write("two", compression, LayerWriter.of(place.resolve("copy")));
            assertThat(two).hasSameBinaryContentAs(one);
        }
    }

    @Test
    void laterTimesAreClamped() throws IOException, InterruptedException {
        write("layer.tar", Compression.NONE, LayerWriter.of(upper).noTimeAfter(Instant.ofEpochSecond(1_000_000_000)));
        String listing = Commands.run(place, "tar --full-time --utc -tvf layer.tar");

        assertThat(listing.lines())
                .allMatch(line -> line.contains("2001-09-09 01:46:40") || line.contains("1960-01-01 00:00:0"));
    }

    @Test
    void deletionsOfOverlayfsBecomeThoseOfLayers() throws IOException, InterruptedException {
        Commands.run(upper, """
                mknod gone c 0 0; mkdir hides; setfattr -n user.overlay.opaque -v y hides; echo x > hides/new
                mkdir half; setfattr -n user.overlay.opaque -v x half; : > half/too; setfattr -n user.overlay.whiteout -v y half/too
                """);
        write("layer.tar", Compression.NONE, LayerWriter.of(upper));

        assertThat(Commands.run(place, "tar -tf layer.tar").lines())
                .contains(".wh.gone", "hides/", "hides/.wh..wh..opq", "hides/new", "half/.wh.too")
                .doesNotContain("gone", "half/too", "half/.wh..wh..opq");
        assertThat(Commands.run(place, "grep -c user.overlay layer.tar || true").strip())
                .isEqualTo("0");
    }

    @Test
    void deletionsComeBackAsTheyWere() throws IOException, InterruptedException {
        Commands.run(upper, "mknod gone c 0 0; mkdir hides; setfattr -n user.overlay.opaque -v y hides");
        Path file = write("layer", Compression.GZIP, LayerWriter.of(upper));
        Path again = Files.createDirectory(place.resolve("again"));
        try (InputStream in = Files.newInputStream(file)) {
            LayerApplier.onto(again, Whiteouts.OVERLAY, Owners.RECORD).apply(in);
        }

        assertThat(Commands.run(again, "stat -c '%F %t:%T' gone; getfattr -n user.overlay.opaque --only-values hides"))
                .isEqualTo("character special file 0:0\ny");
    }

    @Test
    void recordedOwnersComeBack() throws IOException, InterruptedException {
        Commands.run(upper, "setfattr -n user.rootlesscontainers -v 0x08e8071064 b/one");
        write(
                "layer.tar",
                Compression.NONE,
                LayerWriter.of(upper).owners(Owners.RECORD).ids(id -> 7, id -> 3_000_000));

        assertThat(Commands.run(place, "tar --numeric-owner -tvf layer.tar b/ c/ a/link"))
                .contains("1000/100", "7/3000000");
        assertThat(Commands.run(place, "grep -c rootlesscontainers layer.tar || true")
                        .strip())
                .isEqualTo("0");
    }

    @Test
    void whatALayerCannotSayIsRefused() throws IOException, InterruptedException {
        Commands.run(upper, ": > c/.wh.name");
        assertThatThrownBy(() -> LayerWriter.of(upper).write(new ByteArrayOutputStream(), Compression.NONE))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("c/.wh.name");
        Commands.run(upper, "rm c/.wh.name; setfattr -n user.overlay.redirect -v /old c");
        assertThatThrownBy(() -> LayerWriter.of(upper).write(new ByteArrayOutputStream(), Compression.NONE))
                .isInstanceOf(RefusedContentException.class)
                .hasMessageContaining("redirect_dir=nofollow");
    }
}

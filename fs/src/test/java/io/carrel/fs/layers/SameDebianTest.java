package io.carrel.fs.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.images.Image;
import io.carrel.fs.images.ImageStore;
import io.carrel.fs.images.SaveFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A Debian, which {@code ci/debian/image} makes, unpacked by us and by umoci, looks the same to the programs of the host. */
@EnabledIfSystemProperty(
        named = "carrel.debian.image",
        matches = "/.+",
        disabledReason = "an image made by ci/debian/image is needed")
class SameDebianTest {

    private static final String IMAGE = System.getProperty("carrel.debian.image", "");

    @TempDir
    private Path place;

    private ImageStore store;
    private Image image;

    @BeforeEach
    void load() {
        store = ImageStore.open(place.resolve("store"));
        image = store.load(Path.of(IMAGE)).get(0);
    }

    @Test
    @Tag("root")
    void withOwnersAndDevicesAsRoot() throws IOException, InterruptedException {
        Commands.run(place, "umoci unpack --image " + IMAGE + ":debian theirs");

        compare(Owners.KEEP, "unshare --mount");

        assertThat(Commands.describe(place.resolve("theirs/rootfs")))
                .contains(
                        "security.capability=0x0100000200200000",
                        "./opt/made/bin/setuid f 6755 1000:1001 1 ",
                        "./opt/made/bin/perl-too f 755 0:0 2 ",
                        "./srv/opaque d 750 ",
                        "user.binary=0x00ff80")
                .doesNotContain("./srv/opaque/below", "./usr/share/doc ", "./opt/made/bin/hard", "./etc/issue ");
    }

    @Test
    @Tag("user")
    void withRecordedOwnersAsAnOrdinaryUser() throws IOException, InterruptedException {
        Commands.run(place, "umoci unpack --rootless --image " + IMAGE + ":debian theirs");

        compare(Owners.RECORD, "unshare --user --map-root-user --mount");

        assertThat(Commands.describe(place.resolve("theirs/rootfs")))
                .contains("user.rootlesscontainers=0x08e80710e907"); // protocol buffer of 1000, 1001
    }

    /** Twice: unpacked onto one directory, and as the store has it, by the kernel's overlayfs. */
    private void compare(Owners owners, String unshare) throws IOException, InterruptedException {
        Path theirs = place.resolve("theirs/rootfs");
        assertThat(Commands.describe(unpackedOntoOne(owners))).isEqualTo(Commands.describe(theirs));

        Path mountPoint = Files.createDirectory(place.resolve("merged"));
        assertThat(image.layers()).hasSize(3);
        assertThat(Commands.describeStacked(image.layers(), unshare, mountPoint))
                .isEqualTo(Commands.describe(theirs, unshare));
    }

    private Path unpackedOntoOne(Owners owners) throws IOException {
        Path directory = Files.createDirectory(place.resolve("ours"));
        Path blobs = Path.of(IMAGE, "blobs/sha256");
        for (var layer : image.manifest().layers()) {
            try (InputStream archive =
                    Files.newInputStream(blobs.resolve(layer.digest().hex()))) {
                LayerApplier.onto(directory, Whiteouts.REMOVE, owners)
                        .expecting(layer.digest())
                        .apply(archive);
            }
        }
        return directory;
    }

    @Test
    @Tag("root")
    void skopeoAndUmociReadWhatIsSaved() throws IOException, InterruptedException {
        store.save(List.of(image), SaveFormat.DOCKER, place.resolve("docker.tar"), bytes -> {});
        store.save(List.of(image), SaveFormat.OCI, place.resolve("oci.tar"), bytes -> {});
        Commands.run(place, "umoci unpack --image " + IMAGE + ":debian before");

        Commands.run(
                place,
                "skopeo copy docker-archive:docker.tar oci:copy:x; umoci unpack --image copy:x after;"
                        + " skopeo copy --preserve-digests oci-archive:oci.tar oci:same:x");

        assertThat(Commands.describe(place.resolve("after/rootfs")))
                .isEqualTo(Commands.describe(place.resolve("before/rootfs")));
        assertThat(place.resolve("same/blobs/sha256").resolve(image.digest().hex()))
                .exists();
    }
}

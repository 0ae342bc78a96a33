package io.carrel.images.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.SaveFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Debian, which {@code ci/debian/image} makes, unpacked by us and by umoci, looks the same to the programs of the
 * host.
 */
@EnabledIfSystemProperty(
        named = "carrel.debian.image",
        matches = "/.+",
        disabledReason = "an image made by ci/debian/image is needed")
@Timeout(240) // thousands of files, again and again
class SameDebianTest {

    private static final String IMAGE = System.getProperty("carrel.debian.image", "");

    @TempDir
    private Path place;

    private ImageStore store;
    private Image image;
    private String ignored = "";

    @BeforeEach
    void load() {
        store = ImageStore.open(place.resolve("store"));
        image = store.load(Path.of(IMAGE)).get(0);
    }

    @AfterEach
    void removeTrees() throws IOException, InterruptedException {
        Commands.run(place, "chmod -R u+rwX . && rm -rf ./*");
    }

    @Test
    @Tag("root")
    void withOwnersAndDevicesAsRoot() throws IOException, InterruptedException {
        Commands.run(place, "umoci unpack --image " + IMAGE + " theirs");
        String theirs = Commands.describe(place.resolve("theirs/rootfs"));
        assertThat(theirs)
                .contains(
                        "security.capability=0x0100000200200000",
                        "./opt/made/bin/setuid f 6755 1000:1001 1 ",
                        "./opt/made/bin/perl-too f 755 0:0 3 ",
                        "./srv/opaque d 750 ",
                        "user.mime=0x746578742f706c61696e")
                .doesNotContain("./srv/opaque/below", "./usr/share/doc ", "./opt/made/bin/hard", "./etc/issue ");

        compare(Owners.KEEP, theirs, "unshare --mount");

        assertSame(savedAndUnpacked(SaveFormat.DOCKER, "docker-archive"), theirs);
    }

    @Test
    @Tag("user")
    void withRecordedOwnersAsAnOrdinaryUser() throws IOException, InterruptedException {
        Commands.run(place, "umoci unpack --rootless --image " + IMAGE + " theirs");
        String theirs = Commands.describe(place.resolve("theirs/rootfs"));
        assertThat(theirs).contains("user.rootlesscontainers=0x08e80710e907"); // a protocol buffer of 1000, 1001

        // Of a device that a user cannot make, umoci makes an empty file with the device's permissions, and we one
        // without.
        ignored = "./dev/";
        compare(Owners.RECORD, theirs, "unshare --user --map-root-user --mount");
    }

    /** Shows no more than what differs: the whole has tens of thousands of lines. */
    private void assertSame(String ours, String theirs) {
        Set<String> onlyOurs = lines(ours).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> onlyTheirs = lines(theirs).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> both = new HashSet<>(onlyOurs);
        both.retainAll(onlyTheirs);
        onlyOurs.removeAll(both);
        onlyTheirs.removeAll(both);
        assertThat(onlyOurs).as("only ours").isEqualTo(onlyTheirs);
        assertThat(lines(ours).toList())
                .as("in the same order")
                .isEqualTo(lines(theirs).toList());
        assertThat(both).hasSizeGreaterThan(10_000);
    }

    private Stream<String> lines(String description) {
        return description.lines().filter(line -> ignored.isEmpty() || !line.contains(ignored));
    }

    /** Twice: unpacked onto one directory, and as the store has it, by the kernel's overlayfs. */
    private void compare(Owners owners, String theirs, String unshare) throws IOException, InterruptedException {
        assertSame(Commands.describe(unpackedOntoOne(owners)), theirs);

        Path mountPoint = Files.createDirectory(place.resolve("merged"));
        assertThat(image.layers()).hasSize(3);
        assertSame(
                Commands.describeStacked(image.layers(), unshare, mountPoint),
                Commands.describe(place.resolve("theirs/rootfs"), unshare));
    }

    private Path unpackedOntoOne(Owners owners) throws IOException {
        Path directory = Files.createDirectory(place.resolve("ours"));
        for (var layer : image.manifest().layers()) {
            Path blob = Path.of(IMAGE, "blobs/sha256", layer.digest().hex());
            try (InputStream archive = Files.newInputStream(blob)) {
                LayerApplier.onto(directory, Whiteouts.REMOVE, owners)
                        .expecting(layer.digest())
                        .apply(archive);
            }
        }
        return directory;
    }

    private String savedAndUnpacked(SaveFormat format, String transport) throws IOException, InterruptedException {
        store.save(List.of(image), format, place.resolve("saved"), bytes -> {});
        Commands.run(
                place,
                "skopeo copy %s:saved oci:copy:x; rm -rf ours; umoci unpack --image copy:x after".formatted(transport));
        return Commands.describe(place.resolve("after/rootfs"));
    }
}

package io.carrel.images.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** An image of several layers, unpacked by us and by umoci, looks the same to the programs of the host. */
@EnabledIf(value = "hasPrograms", disabledReason = "umoci or getfattr is not installed")
@Tag("long")
class SameAsUmociTest {

    private static final Pattern BLOB = Pattern.compile("\"digest\":\"sha256:([0-9a-f]{64})\"");

    @TempDir
    Path place;

    private final List<Path> layers = new ArrayList<>();

    static boolean hasPrograms() {
        return Commands.has("umoci") && Commands.has("getfattr");
    }

    /** Three layers, the second made by GNU tar with sparse files and attributes, the third with deletions. */
    @BeforeEach
    void makeImage() throws IOException, InterruptedException {
        Commands.run(place, """
                mkdir -p one/etc/conf.d one/usr/bin one/opaque/below one/gone/deep/er one/turns two three
                echo a > one/etc/passwd; echo b > one/etc/conf.d/b; echo old > one/opaque/below/old; echo x > one/opaque/x
                echo c > one/gone/deep/er/c; echo d > one/turns/d; echo f > one/file; ln -s usr/bin one/bin
                cp /bin/ls one/usr/bin/ls; ln one/usr/bin/ls one/usr/bin/dir; chmod 4755 one/usr/bin/ls; ln -s /etc/passwd one/abs
                mkdir one/tmp; chmod 1777 one/tmp; mkfifo one/fifo; mkdir one/setgid; chmod 2755 one/setgid
                touch -d '2001-02-03 04:05:06.123456789 UTC' one/etc/passwd one/etc/conf.d
                long=$(printf 'n%.0s' $(seq 120)); mkdir -p one/$long/$long; echo l > one/$long/$long/$long
                ln -s $long/$long/$long one/long-link; printf 'bytes' > one/$(printf 'caf\\351')
                mkdir -p two/etc two/opaque two/lib; truncate -s 3M two/sparse; echo data | dd of=two/sparse bs=1 seek=1048576 conv=notrunc 2>/dev/null
                setfattr -n user.mime -v text two/etc; echo new > two/etc/new; setfattr -n user.binary -v 0xff00fe two/etc/new
                ln two/etc/new two/lib/same; mkdir two/file; echo in > two/file/in; echo through > two/lib/t
                mkdir -p three/opaque three/etc; : > three/opaque/.wh..wh..opq; echo fresh > three/opaque/fresh
                : > three/.wh.gone; : > three/.wh.turns; echo file > three/turned; : > three/etc/.wh.passwd
                : > three/.wh.missing; : > three/etc/.wh.conf.d; echo again > three/etc/again
                tar --format=gnu -C one -cf one.tar .
                tar --format=posix --sparse --xattrs --xattrs-include='user.*' -C two -cf two.tar .
                tar --format=ustar -C three -cf three.tar .
                """);
    }

    private void makeLayout(List<String> archives) throws IOException, InterruptedException {
        Commands.run(place, "umoci init --layout image; umoci new --image image:v");
        for (String archive : archives) {
            Commands.run(place, "umoci raw add-layer --image image:v " + archive);
        }
        Path blobs = place.resolve("image/blobs/sha256");
        String index = Files.readString(place.resolve("image/index.json"));
        String manifest = Files.readString(blobs.resolve(digests(index).get(0)));
        layers.addAll(digests(manifest.substring(manifest.indexOf("\"layers\""))).stream()
                .map(blobs::resolve)
                .toList());
        assertThat(layers).hasSize(archives.size());
    }

    private static List<String> digests(String json) {
        Matcher matcher = BLOB.matcher(json);
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private Path unpackOurselves(Owners owners) throws IOException {
        Path ours = Files.createDirectory(place.resolve("ours"));
        for (Path layer : layers) {
            Digest digest = Digest.parse("sha256:" + layer.getFileName());
            try (InputStream archive = Files.newInputStream(layer)) {
                LayerApplier.onto(ours, Whiteouts.REMOVE, owners)
                        .expecting(digest)
                        .apply(archive);
            }
        }
        return ours;
    }

    @Test
    @Tag("root")
    void withOwnersAndDevicesAsRoot() throws IOException, InterruptedException {
        Commands.run(place, """
                mkdir two/dev; mknod two/dev/null c 1 3; mknod two/dev/loop b 7 200; chmod 666 two/dev/null
                chown -h 1000:100 one/bin one/file one/fifo; chown 12:34 one/usr/bin/ls; chmod 4755 one/usr/bin/ls
                cp /bin/ls two/ping; setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 two/ping
                tar --format=gnu -C one -cf one.tar .
                tar --format=posix --sparse --xattrs --xattrs-include='*' -C two -cf two.tar .
                """);
        makeLayout(List.of("one.tar", "two.tar", "three.tar"));
        Commands.run(place, "umoci unpack --image image:v theirs");

        Path ours = unpackOurselves(Owners.KEEP);

        String description = Commands.describe(ours);
        assertThat(description)
                .contains("security.capability=0x01000002", "./usr/bin/ls f 4755 12:34 2 ", "user.binary=0xff00fe");
        assertThat(description).isEqualTo(Commands.describe(place.resolve("theirs/rootfs")));
        assertThat(Commands.run(ours, "stat -c %b sparse").strip()).isEqualTo("8");
    }

    @Test
    @Tag("kernel")
    void withRecordedOwnersAsAnyUser() throws IOException, InterruptedException {
        Commands.run(place, """
                tar --format=gnu --owner=1000 --group=100 -C one -cf one.tar .
                tar --format=posix --sparse --xattrs --xattrs-include='user.*' --owner=0 --group=70000 -C two -cf two.tar .
                """);
        makeLayout(List.of("one.tar", "two.tar", "three.tar"));
        Commands.run(place, "umoci unpack --rootless --image image:v theirs");

        Path ours = unpackOurselves(Owners.RECORD);

        String description = Commands.describe(ours);
        assertThat(description)
                .contains("user.rootlesscontainers=0x08e8071064", "user.rootlesscontainers=0x08ffffffff0f10f0a204");
        assertThat(description).isEqualTo(Commands.describe(place.resolve("theirs/rootfs")));
    }
}

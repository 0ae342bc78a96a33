package io.carrel.images.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Maps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file system shows what GNU tar and umoci unpack. */
@Tag("root")
@Tag("long")
class RealTreesTest {

    private static final String LOWER = """
            mkdir -p etc usr/bin usr/lib/sub var/cache/deep/er opaque/sub d2f
            echo root:x:0:0:root:/:/bin/sh > etc/passwd
            echo 'hello world' > usr/bin/tool; chmod 4755 usr/bin/tool; ln usr/bin/tool usr/bin/tool2
            head -c 3000000 /dev/urandom > usr/lib/big; ln -s ../lib/big usr/bin/rel; ln -s usr/bin bin
            ln -s loop2 loop1; ln -s loop1 loop2; ln -s /nowhere dangling
            mkfifo var/fifo; mknod var/null c 1 3; mknod var/disk b 259 300; chown 1000:100 var/fifo var/null
            echo gone > var/cache/gone; echo deep > var/cache/deep/er/file
            echo a > opaque/a; echo b > opaque/sub/b; echo x > d2f/x; echo f > f2d
            chown -h 12345:54321 dangling; chmod 1777 var; chmod 0 etc/passwd
            touch -d '2001-02-03 04:05:06.789' usr/lib/sub
            mkdir -p "$(printf 'long/%090d/%090d/%090d' 1 2 3)"; echo l > "$(printf 'long/%090d/%090d/%090d/%0120d' 1 2 3 4)"
            ln -s "$(printf '%0130d' 7)" long/link
            truncate -s 5M sparse; echo middle | dd of=sparse bs=1 seek=2000000 conv=notrunc 2>/dev/null
            """;

    private static final String MIDDLE = """
            mkdir -p var/cache opaque/sub usr/bin
            touch var/cache/.wh.gone var/cache/.wh.deep opaque/.wh..wh..opq .wh.d2f
            echo new > opaque/sub/new; echo replaced > usr/bin/tool; chown 7:8 usr/bin/tool
            mkdir f2d; echo in > f2d/in; chmod 700 f2d; echo temporary > temporary
            """;

    private static final String UPPER = """
            echo file now > d2f; touch .wh.temporary; mkdir -p var/cache/deep; echo again > var/cache/deep/again
            mkdir -p etc; ln -s /usr/lib/big etc/tolib; chmod 711 etc; touch -d 2010-01-01 etc
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "--format=gnu", "--format=posix", "--format=ustar --exclude=long", "--format=v7 --exclude=long --exclude=var",
        "--format=oldgnu", "--format=gnu --sparse", "--format=posix --sparse", "--format=posix --sparse-version=0.0 -S",
        "--format=posix --sparse-version=0.1 -S", "--format=posix -z", "--format=gnu --zstd"
    })
    void showsWhatTarExtracts(String options) throws Exception {
        Path archive = directory.resolve("layer.tar");
        Path made = directory.resolve("made");
        run("mkdir made && cd made && " + LOWER.replace("\n", " && ") + "true");
        run("tar %s -cf layer.tar -C made . && mkdir real && tar -xpf layer.tar -C real".formatted(options));
        assertThat(made).exists();
        try (ImageFileSystem image = ImageFileSystem.open(List.of(LayerSource.archive(archive)))) {
            Map<String, String> real = Tree.of(directory.resolve("real"));
            assertThat(real).hasSizeGreaterThan(20);
            assertThat(Tree.of(image.getPath("/"))).isEqualTo(real);
        }
    }

    @Test
    void showsExtendedAttributesByteForByte() throws Exception {
        run("echo x > f && setfattr -n user.bytes -v 0x00ff80c30a3d f && setfattr -n user.empty f"
                + " && setfattr -n security.capability -v 0x0000000200e4000000000000000000000000000a f"
                + " && tar --xattrs --xattrs-include='*' --format=posix -cf a.tar f"
                + " && getfattr --absolute-names -m '.*' -d -e hex f > expected");
        try (ImageFileSystem image = ImageFileSystem.open(List.of(LayerSource.archive(directory.resolve("a.tar"))))) {
            List<String> lines = new ArrayList<>();
            Files.readAttributes(image.getPath("/f"), "xattr:*")
                    .forEach((name, value) ->
                            lines.add(name + "=0x" + HexFormat.of().formatHex((byte[]) value)));
            List<String> expected = Files.readAllLines(directory.resolve("expected")).stream()
                    .filter(line -> line.contains("="))
                    .map(line -> line.replaceAll("=(0x)?$", "=0x"))
                    .toList();
            assertThat(expected).hasSizeGreaterThanOrEqualTo(3);
            assertThat(lines).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void showsWhatUmociUnpacks() throws Exception {
        makeLayers();
        run("umoci init --layout image && umoci new --image image:test");
        for (String layer : List.of("lower", "middle", "upper")) {
            run("umoci raw add-layer --image image:test " + layer + ".tar");
        }
        run("umoci unpack --image image:test bundle");
        try (ImageFileSystem image = ImageFileSystem.open(layersOf(directory.resolve("image")))) {
            assertThat(Tree.of(image.getPath("/"))).isEqualTo(Tree.of(directory.resolve("bundle/rootfs")));
        }
    }

    @Test
    @EnabledIfSystemProperty(
            named = "carrel.debian.image",
            matches = "/.+",
            disabledReason = "an image made by ci/debian/image is needed")
    void showsADebianAsUmociUnpacksIt() throws Exception {
        Path debian = Path.of(System.getProperty("carrel.debian.image", ""));
        run("umoci unpack --image " + debian + " bundle");
        // A JVM in another locale than the file's has no path for a name that is not text.
        run("touch -r bundle/rootfs/srv time && rm bundle/rootfs/srv/caf* && touch -r time bundle/rootfs/srv");
        try (ImageFileSystem image = ImageFileSystem.open(layersOf(debian))) {
            Map<String, String> ours = new TreeMap<>(Tree.of(image.getPath("/")));
            ours.keySet().removeIf(name -> name.startsWith("srv/caf"));
            Map<String, String> theirs = Tree.of(directory.resolve("bundle/rootfs"));
            assertThat(theirs.size()).isGreaterThan(4_000);
            assertThat(Maps.difference(ours, theirs).entriesDiffering()).isEmpty();
            assertThat(ours.keySet()).isEqualTo(theirs.keySet());
        } finally {
            run("rm -rf bundle");
        }
    }

    @Test
    void showsTheSameFromDirectories() throws Exception {
        makeLayers();
        List<LayerSource> archives = new ArrayList<>();
        List<LayerSource> directories = new ArrayList<>();
        for (String layer : List.of("lower", "middle", "upper")) {
            archives.add(LayerSource.archive(directory.resolve(layer + ".tar")));
            directories.add(LayerSource.directory(toOverlay(layer)));
        }
        try (ImageFileSystem one = ImageFileSystem.open(archives);
                ImageFileSystem other = ImageFileSystem.open(directories)) {
            Map<String, String> expected = Tree.of(one.getPath("/"));
            assertThat(expected).hasSizeGreaterThan(20);
            assertThat(Tree.of(other.getPath("/"))).isEqualTo(expected);
        }
    }

    /** Unpacks a layer into the form of overlayfs, by other programs than ours. */
    private Path toOverlay(String layer) throws Exception {
        run("mkdir over-%1$s && tar -xpf %1$s.tar -C over-%1$s".formatted(layer));
        run("cd over-" + layer + " && find . -name .wh..wh..opq | while read -r mark; do "
                + "at=${mark%/*}; touch -r \"$at\" ../time; rm \"$mark\"; setfattr -n user.overlay.opaque -v y \"$at\"; "
                + "touch -r ../time \"$at\"; done; find . -name '.wh.*' | while read -r mark; do "
                + "at=${mark%/*}; touch -r \"$at\" ../time; rm \"$mark\"; "
                + "mknod \"$at/${mark##*/.wh.}\" c 0 0; touch -r ../time \"$at\"; done");
        return directory.resolve("over-" + layer);
    }

    private void makeLayers() throws Exception {
        for (String[] layer : new String[][] {{"lower", LOWER}, {"middle", MIDDLE}, {"upper", UPPER}}) {
            run("mkdir %s && cd %s && ".formatted(layer[0], layer[0]) + layer[1].replace("\n", " && ") + "true");
            run("tar --format=posix --sort=name -cf %1$s.tar -C %1$s .".formatted(layer[0]));
        }
    }

    /** Finds the blobs of the only image: its manifest is the blob that has layers. */
    private static List<LayerSource> layersOf(Path image) throws IOException {
        Path blobs = image.resolve("blobs/sha256");
        String index = Files.readString(image.resolve("index.json"));
        String manifest = Files.readString(blobs.resolve(digests(index).get(0)));
        List<LayerSource> layers = new ArrayList<>();
        for (String digest : digests(manifest.substring(manifest.indexOf("\"layers\"")))) {
            layers.add(LayerSource.archive(blobs.resolve(digest)));
        }
        assertThat(layers).hasSize(3);
        byte[] start = ByteBuffer.allocate(2).putShort((short) 0x1f8b).array();
        assertThat(Files.readAllBytes(((LayerSource.Archive) layers.get(0)).file()))
                .startsWith(start);
        return layers;
    }

    private static List<String> digests(String json) {
        return Pattern.compile("sha256:([0-9a-f]{64})")
                .matcher(json)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private void run(String script) throws Exception {
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s", script, Files.readString(log, StandardCharsets.ISO_8859_1))
                .isZero();
    }
}

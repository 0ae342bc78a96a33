package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.copy.FileChange;
import io.carrel.fs.copy.UpperChanges;
import io.carrel.fs.internal.CopiedOwners;
import io.carrel.fs.internal.LayerCopy;
import io.carrel.fs.overlay.MergedFile;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.view.ImageFileSystem;
import io.carrel.images.view.LayerSource;
import io.carrel.linux.KernelVersion;
import io.carrel.linux.RefusedContentException;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an upper layer does to a lower one is the same to the kernel and to each reader of layers that is not the
 * kernel.
 */
@Tag("kernel")
@NeedsProgram({"unshare", "mount", "find", "setfattr", "sh"})
class OverlayTableTest {

    private static final String DESCRIBE = "find . -mindepth 1 ! -type f -printf '%P %y %m %l\\n'"
            + " -o -type f -printf '%P %y %m %n ' -exec cat {} ';' -printf '\\n'";

    /** Whose marks overlayfs looks for. */
    enum Marks {
        /** Those of the mount option {@code userxattr}, by which Carrel mounts. */
        USER,
        /** Those of engines that mount as root without it, which containers of Carrel do not know. */
        TRUSTED
    }

    /** A script that makes files in {@code low}, and one that makes the layer above in {@code up}. */
    enum Row {
        DEVICE("echo low >etc/passwd", "mknod etc/passwd c 0 0"),
        DEVICE_ON_A_DIRECTORY("mkdir etc/d; echo x >etc/d/f", "mknod etc/d c 0 0"),
        DEVICE_OF_NOTHING("echo low >etc/passwd", "mknod etc/none c 0 0"),
        ATTRIBUTE("6.8", "echo low >etc/passwd", "x; : >etc/passwd; white etc/passwd"),
        ATTRIBUTE_OF_NOTHING("6.8", "echo low >etc/passwd", "x; : >etc/none; white etc/none"),
        OPAQUE("echo low >etc/passwd; echo x >etc/f", "mark opaque y etc; echo up >etc/f"),
        OPAQUE_X("6.8", "echo low >etc/passwd; echo x >etc/f", "x; echo up >etc/f"),
        OPAQUE_BELOW("mkdir -p etc/d/e; echo low >etc/d/e/f; echo low >etc/passwd", "mkdir etc/d; mark opaque y etc/d"),
        OPAQUE_ABOVE(
                "mkdir -p etc/d/e; echo low >etc/d/e/f; echo low >etc/passwd", "mark opaque y etc; mkdir -p etc/d/e"),
        OPAQUE_ROOT("echo low >etc/passwd; echo low >f", "mark opaque y .; echo up >g"),
        REPLACED_BY_A_FILE("mkdir etc/passwd; echo x >etc/passwd/f", "echo up >etc/passwd"),
        REPLACED_BY_A_DIRECTORY("echo low >etc/passwd", "mkdir etc/passwd; echo x >etc/passwd/f"),
        REPLACED_BY_A_LINK("echo low >etc/passwd", "ln -s f etc/passwd; echo up >etc/f"),
        LINKS_ON_THE_WAY(
                "echo low >etc/passwd; mkdir a; ln -s ../etc a/b", "ln -s ../a/./b/../f etc/passwd; echo up >f"),
        LINK_IN_CIRCLES("ln -s passwd etc/passwd", "echo up >etc/f"),
        LINK_UNDER_A_DIRECTORY("rmdir etc; mkdir usr; echo low >usr/passwd; ln -s usr etc", "echo up >etc/f"),
        DIRECTORY_UNDER_A_LINK("echo low >etc/passwd", "rmdir etc; mkdir usr; ln -s usr etc; echo up >usr/passwd"),
        HARD_LINKS("echo low >etc/a; ln etc/a etc/b", "echo up >etc/passwd; ln etc/passwd etc/c; ln etc/passwd d"),
        MERGED("mkdir -m 700 etc/d; echo low >etc/d/a; echo low >etc/passwd", "mkdir -m 711 etc/d; echo up >etc/d/b"),
        TRUSTED_OPAQUE(Marks.TRUSTED, "echo low >etc/passwd; echo x >etc/f", "mark opaque y etc; echo up >etc/f"),
        TRUSTED_DEVICE(Marks.TRUSTED, "echo low >etc/passwd", "mknod etc/passwd c 0 0"),
        TRUSTED_ATTRIBUTE(Marks.TRUSTED, "6.8", "echo low >etc/passwd", "x; : >etc/passwd; white etc/passwd");

        private final Marks marks;
        private final String since;
        private final String low;
        private final String up;

        Row(String low, String up) {
            this("5.11", low, up);
        }

        Row(String since, String low, String up) {
            this(Marks.USER, since, low, up);
        }

        Row(Marks marks, String low, String up) {
            this(marks, "5.11", low, up);
        }

        Row(Marks marks, String since, String low, String up) {
            this.marks = marks;
            this.since = since;
            this.low = low;
            this.up = up;
        }
    }

    @TempDir
    private Path directory;

    private Path low() {
        return directory.resolve("low");
    }

    private Path up() {
        return directory.resolve("up");
    }

    /** As one who may make such files and mount them: an ordinary user in a user namespace. */
    private String run(String script) throws Exception {
        return Outside.run(
                "unshare", Outside.isRoot() ? "-m" : "-Urm", "sh", "-ec", "umask 022; cd " + directory + "; " + script);
    }

    private void make(Marks marks, String low, String up) throws Exception {
        String mark =
                "mark() { setfattr -n %s.overlay.$1 -v $2 $3; }; white() { mark whiteout y $1; }; x() { mark opaque x .; mark opaque x etc; }; "
                        .formatted(marks.name().toLowerCase(Locale.ROOT));
        run("mkdir low up mnt low/etc up/etc; " + mark + "cd low; " + low + "; cd ../up; " + up);
    }

    private List<String> mounted(List<Path> layers, Marks marks) throws Exception {
        return lines(run(mount(layers, marks) + "; cd mnt; " + DESCRIBE));
    }

    /** What a process would read there. */
    private Optional<String> passwd(List<Path> layers) throws Exception {
        String read =
                run(mount(layers, Marks.USER) + "; if [ -f mnt/etc/passwd ]; then echo =; cat mnt/etc/passwd; fi");
        return read.isEmpty() ? Optional.empty() : Optional.of(read.substring(1).strip());
    }

    private String mount(List<Path> layers, Marks marks) throws Exception {
        StringBuilder lower = new StringBuilder();
        layers.forEach(layer -> lower.insert(0, layer + ":"));
        if (layers.size() == 1) {
            lower.append(Files.createDirectories(directory.resolve("empty"))).append(':');
        }
        return "mount -t overlay overlay mnt -o " + (marks == Marks.USER ? "userxattr," : "") + "ro,lowerdir="
                + lower.substring(0, lower.length() - 1);
    }

    private static List<String> lines(String text) {
        return text.lines()
                .filter(line -> !line.isEmpty())
                .map(String::stripTrailing)
                .sorted()
                .toList();
    }

    private static List<String> viewed(List<Path> layers) throws IOException {
        List<String> lines = new ArrayList<>();
        try (ImageFileSystem view = ImageFileSystem.open(
                        layers.stream().map(LayerSource::directory).toList());
                Stream<Path> files = Files.walk(view.getPath("/"))) {
            for (Path file : (Iterable<Path>) files.skip(1)::iterator) {
                int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
                Object links = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
                String what = Files.isSymbolicLink(file)
                        ? "l %o " + Files.readSymbolicLink(file)
                        : Files.isDirectory(file) ? "d %o " : "f %o " + links + " " + Files.readString(file);
                lines.add((file.toString().substring(1) + " " + what.formatted(mode)).strip());
            }
        }
        return lines.stream().sorted().toList();
    }

    private List<String> described(String place) throws Exception {
        return lines(run("cd " + place + "; " + DESCRIBE));
    }

    /** An ordinary user may set no marks of others. */
    static List<Marks> marks() {
        return Outside.isRoot() ? List.of(Marks.values()) : List.of(Marks.USER);
    }

    /** What this kernel knows. */
    static List<Row> rows() {
        return Stream.of(Row.values())
                .filter(row -> marks().contains(row.marks))
                .filter(row -> KernelVersion.current().compareTo(KernelVersion.parse(row.since)) >= 0)
                .toList();
    }

    /** Each reader, against the kernel. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("rows")
    void allReadersAgreeWithTheKernel(Row row) throws Exception {
        make(row.marks, row.low, row.up);
        List<Path> layers = List.of(low(), up());
        // Overlayfs merges the roots of layers whatever they say, so a layer that hides all is mounted alone.
        List<String> shown = mounted(MergedLayers.seen(layers), row.marks);

        assertThat(viewed(layers)).as("the view").isEqualTo(shown);
        assertThat(deleted()).as("diff").isEqualTo(missing(described("low"), shown));
        assertThat(committed()).as("commit, load and mount").isEqualTo(shown);
        List<String> inContainers = mounted(MergedLayers.seen(layers), Marks.USER);
        LayerCopy.of(layers, Files.createDirectory(directory.resolve("copy")), CopiedOwners.ofTheCaller());
        assertThat(described("copy")).as("the copy in place of a mount").isEqualTo(inContainers);
        Path volume = Files.createDirectory(directory.resolve("volume"));
        io.carrel.fs.copy.LayerCopy.content(layers, ContainerPath.of("/"), volume);
        assertThat(described("volume")).as("the copy for a volume").isEqualTo(inContainers);
        assertThat(MergedFile.read(layers, "/etc/passwd", 100).map(bytes -> new String(bytes, UTF_8).strip()))
                .as("the reader of users")
                .isEqualTo(passwd(MergedLayers.seen(layers)));
    }

    private List<String> deleted() {
        return UpperChanges.of(up(), List.of(low())).stream()
                .filter(change -> change.kind() == FileChange.Kind.DELETED)
                .map(change -> change.path().substring(1))
                .sorted()
                .toList();
    }

    /** What of the lower layer is not shown, though what it lies in is. */
    private static List<String> missing(List<String> low, List<String> shown) {
        List<String> names = shown.stream().map(line -> line.split(" ", 2)[0]).toList();
        List<String> directories = Stream.concat(
                        Stream.of(""),
                        shown.stream().filter(line -> line.contains(" d ")).map(line -> line.split(" ", 2)[0]))
                .toList();
        return low.stream()
                .map(line -> line.split(" ", 2)[0])
                .filter(name -> !names.contains(name))
                .filter(name -> directories.contains(name.substring(0, Math.max(0, name.lastIndexOf('/')))))
                .toList();
    }

    /** What is in {@code up} as a layer of an image, unpacked again. */
    private List<String> committed() throws Exception {
        ImageStore store = ImageStore.open(directory.resolve("store"));
        Image base = store.importRoot(low(), NewImage.of());
        return mounted(store.commit(base, up(), NewImage.of()).layers(), Marks.USER);
    }

    /** A part of such a file is in another layer under another name. */
    @ParameterizedTest
    @MethodSource("marks")
    void whatIsIncompleteIsRefused(Marks marks) throws Exception {
        for (String mark : List.of("mark redirect /other etc/d", "mark metacopy y etc/f")) {
            make(marks, "mkdir etc/d; echo low >etc/f", "mkdir etc/d; echo up >etc/f; " + mark);
            assertThatThrownBy(() -> viewed(List.of(low(), up()))).isInstanceOf(RefusedContentException.class);
            assertThatThrownBy(this::committed).isInstanceOf(RefusedContentException.class);
            run("rm -r low up mnt store");
        }
    }
}

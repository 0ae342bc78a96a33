package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import io.carrel.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of an image, as somebody would type it. */
@Tag("kernel")
@Tag("long")
class ImageCommandsKernelTest {

    @TempDir
    private Path directory;

    private Path root;

    @BeforeEach
    void makeARoot() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        root = directory.resolve("root");
        Path bin = Files.createDirectories(root.resolve("bin"));
        Path busybox = Stream.of("/usr/bin/busybox", "/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        Files.copy(busybox, bin.resolve("busybox"));
        Files.createSymbolicLink(bin.resolve("sh"), Path.of("busybox"));
        Files.createSymbolicLink(bin.resolve("cat"), Path.of("busybox"));
    }

    private Cli carrel(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "CARREL_HOME=" + directory.resolve("home")));
        command.addAll(Cli.command(arguments));
        return Cli.end(new ProcessBuilder(command).start());
    }

    private String output(String... arguments) throws IOException, InterruptedException {
        Cli result = carrel(arguments);
        assertThat(result.code()).as("%s: %s", List.of(arguments), result).isZero();
        assertThat(result.err()).isEmpty();
        return result.out();
    }

    @Test
    void isMadeRunChangedCommittedSavedAndRemoved() throws Exception {
        String id = output(
                        "import",
                        "-c",
                        "CMD [\"sh\", \"-c\", \"echo $A; pwd\"]",
                        "-c",
                        "ENV A=\"B c\"",
                        "-c",
                        "WORKDIR /bin",
                        root.toString(),
                        "desk:1")
                .strip();
        assertThat(id).matches("sha256:[0-9a-f]{64}");
        assertThat(output("images").lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
                .last()
                .asString()
                .contains("desk", "1", id.substring(7, 19));

        assertThat(output("run", "--rm", "desk:1")).isEqualTo("B c\n/bin\n");
        assertThat(output("run", "--rm", "desk:1", "cat", "/proc/sys/kernel/hostname"))
                .isEqualTo("carrel\n");
        assertThat(output("run", "--rm", "--entrypoint", "cat", "desk:1", "/etc/hostname"))
                .isEqualTo("carrel\n");
        assertThat(carrel("run", "--rm", "desk:1", "sh", "-c", "exit 7").code()).isEqualTo(7);

        assertThat(output("run", "--rm", "--snapshot", "work", "desk:1", "sh", "-c", "echo kept > /note"))
                .isEmpty();
        assertThat(output("run", "--rm", "--snapshot", "work", "desk:1", "cat", "/note"))
                .isEqualTo("kept\n");
        output("commit", "-a", "me", "-m", "a note", "work", "desk:2");
        assertThat(output("run", "--rm", "desk:2", "cat", "/note")).isEqualTo("kept\n");
        assertThat(output("history", "desk:2")).contains("a note");
        assertThat(output("history", "--json", "desk:2"))
                .contains("\"CreatedBy\" : \"carrel commit\"", "\"Layer\" : \"sha256:");
        assertThat(output("history", "-q", "desk:2").lines()).hasSize(2).allMatch(line -> line.startsWith("sha256:"));
        Cli inspected = carrel("image", "inspect", "nosuch", "desk:2");
        assertThat(inspected.code()).isEqualTo(1);
        assertThat(inspected.err()).isEqualTo("carrel: there is no image nosuch\n");
        assertThat(inspected.out()).contains("\"desk:2\"");

        Path archive = directory.resolve("desk.tar");
        output("save", "-o", archive.toString(), "desk:2");
        Cli refused = carrel("rmi", "desk:1");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("desk:1 is the image of the snapshot work", "carrel snapshot rm work");
        assertThat(output("snapshot", "rm", "-f", "none")).isEmpty();
        assertThat(output("snapshot", "rm", "work")).isEqualTo("work\n");
        output("rmi", "desk:1", "desk:2");
        assertThat(output("images").lines()).hasSize(1);
        output("load", "-i", archive.toString());
        assertThat(output("run", "--rm", "desk:2", "cat", "/note")).isEqualTo("kept\n");
        output("image", "verify");

        assertThat(carrel("image", "prune", "-a"))
                .isEqualTo(new Cli(
                        1,
                        "WARNING! This will remove all images that no container uses.\n"
                                + "Are you sure you want to continue? [y/N] ",
                        "carrel: nothing was removed; answer y, or use --force\n"));
        assertThat(output("image", "prune", "-a", "-f")).startsWith("Deleted Images:\nuntagged: desk:2\n\nRemoved ");
        assertThat(output("images").lines()).hasSize(1);
        assertThat(carrel("load", "-i", "/nowhere/x.tar").err())
                .isEqualTo("carrel: cannot load /nowhere/x.tar: no such file or directory\n");
    }

    /** CHOWN is bit 0, NET_RAW bit 13; the eleven of images are 800405fb. */
    @Test
    void usersCapabilitiesAndEntrypointsAreGivenAsToDocker() throws Exception {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\napp:x:33:44::/srv:/bin/sh\n");
        output(
                "import",
                "-c",
                "ENTRYPOINT [\"cat\", \"/nowhere\"]",
                "-c",
                "WORKDIR /made/new",
                root.toString(),
                "desk:1");
        String look = "grep -E '^Cap(Eff|Bnd)|^NoNew' /proc/self/status | cut -f 2; id -u; id -g; echo $HOME; pwd";
        String busybox = "for a in grep cut id; do eval \"$a() { busybox $a \\\"\\$@\\\"; }\"; done; ";
        String[] command = {"desk:1", "sh", "-c", busybox + look};

        assertThat(run(command).lines())
                .containsExactly("00000000800405fb", "00000000800405fb", "1", "0", "0", "/root", "/made/new");
        assertThat(run(command, "-u", "app").lines())
                .containsExactly("0000000000000000", "00000000800405fb", "1", "33", "44", "/srv", "/made/new");
        assertThat(run(command, "--cap-drop", "ALL", "--cap-add", "cap_net_raw", "-u", "77")
                        .lines())
                .containsExactly("0000000000002000", "0000000000002000", "1", "77", "0", "/", "/made/new");
        assertThat(run(command, "--cap-add", "ALL", "--cap-drop", "CHOWN", "--security-opt", "no-new-privileges=false")
                        .lines())
                .startsWith("000001fffffffffe", "000001fffffffffe", "0");
    }

    private String run(String[] command, String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("run", "--entrypoint", ""));
        words.addAll(List.of(options));
        words.addAll(List.of(command));
        return output(words.toArray(String[]::new));
    }

    @Test
    void namesWhatIsDamagedAndShowsTheRest() throws Exception {
        String good = output("import", root.toString(), "good:1").strip();
        Files.writeString(root.resolve("note"), "other");
        String bad = output("import", root.toString(), "bad:1").strip();
        Path config;
        try (Stream<Path> files = Files.walk(directory.resolve("home"))) {
            config = files.filter(file -> file.endsWith(bad.substring("sha256:".length())))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(config, "{}");

        Cli images = carrel("images", "--json");
        assertThat(images.code()).isZero();
        assertThat(images.out()).contains(good).doesNotContain(bad);
        assertThat(images.err()).contains("carrel: image ", "bad:1 is damaged", bad, "or remove it");
        Cli verified = carrel("image", "verify");
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.out())
                .contains("DAMAGED", "Remove", config.getFileName().toString());
        assertThat(carrel("rmi", "bad:1").code()).isZero();
        assertThat(output("image", "verify")).contains("sound");
    }

    @Test
    void saysThatThereIsNoSuchImage() throws Exception {
        Cli result = carrel("run", "frobnicate", "ls");
        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).contains("frobnicate").contains("carrel run -- ");
    }

    @Test
    void publishesThePortsThatTheImageHas() throws Exception {
        output(
                "import",
                "-c",
                "EXPOSE 8000/tcp",
                "-c",
                "EXPOSE 5353/udp",
                "-c",
                "CMD [\"sh\", \"-c\", \"exec cat\"]",
                root.toString(),
                "desk:1");
        List<String> command = new ArrayList<>(List.of("env", "CARREL_HOME=" + directory.resolve("home")));
        command.addAll(Cli.command("run", "--name", "web", "-p", "127.0.0.1::8000", "-P", "desk:1"));
        Process run = new ProcessBuilder(command).start();
        try {
            Eventually.holds("it is known", Duration.ofSeconds(20), () -> isKnown("web"));

            assertThat(output("ps", "--format", "{{.Image}} {{.Command}}")).isEqualTo("desk:1 \"sh -c exec cat\"\n");
            assertThat(output("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}"))
                    .isEqualTo("Images 1 1\nLocal Volumes 0 0\n");
            assertThat(output("port", "web").lines())
                    .satisfiesExactlyInAnyOrder(
                            line -> assertThat(line).matches("8000/tcp -> 127\\.0\\.0\\.1:\\d+"),
                            line -> assertThat(line)
                                    .matches("5353/udp -> \\[::\\]:\\d+|5353/udp -> 0\\.0\\.0\\.0:\\d+"));
        } finally {
            assertThat(Cli.end(run).code()).isZero();
        }
        assertThat(carrel("run", "-P", "--", "true").err()).contains("--publish-all needs an image");
    }

    private boolean isKnown(String name) {
        try {
            return carrel("ps", "--format", "{{.Names}}").out().lines().anyMatch(name::equals);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsKeptIsMeasuredAndPruned() throws Exception {
        output("import", root.toString(), "desk:1");
        output("volume", "create", "data");
        String[] count = {"system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}"};
        assertThat(output(count)).isEqualTo("Images 1 0\nLocal Volumes 1 0\n");
        assertThat(output("system", "df").lines())
                .hasSize(3)
                .first()
                .asString()
                .matches("TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE");

        Cli unanswered = carrel("system", "prune", "-a");
        assertThat(unanswered.code()).isEqualTo(1);
        assertThat(output(count)).isEqualTo("Images 1 0\nLocal Volumes 1 0\n");

        assertThat(output("system", "prune", "-af", "--volumes"))
                .contains("image: desk:1\n")
                .containsPattern("Total reclaimed space: [1-9][0-9.]*[kMG]B\n");
        // A volume that somebody has named stays.
        assertThat(output(count)).isEqualTo("Images 0 0\nLocal Volumes 1 0\n");
    }

    @Test
    void anImageForAnotherPlatformIsSaidToBeOne() throws Exception {
        output("import", root.toString(), "here:1");
        Path layout = directory.resolve("layout");
        output("save", "--format", "oci-dir", "-o", layout.toString(), "here:1");
        Path blobs = layout.resolve("blobs/sha256");
        Path index = layout.resolve("index.json");
        String manifest = digestAfter("manifests", Files.readString(index));
        String text = Files.readString(blobs.resolve(manifest));
        String config = digestAfter("config", text);
        String other = blob(blobs, elsewhere(Files.readString(blobs.resolve(config))));
        String changed = blob(blobs, text.replace(config, other));
        Files.writeString(
                index,
                elsewhere(Files.readString(index)).replace(manifest, changed).replace("here:1", "there:1"));
        output("load", "-i", layout.toString());

        Cli result = carrel("run", "there:1", "cat", "/proc/sys/kernel/hostname");

        assertThat(result.out()).isEqualTo("carrel\n");
        assertThat(result.err()).contains("the image there:1 is for linux/s390x, and this machine is linux/");
        assertThat(output("run", "--rm", "-q", "there:1", "cat", "/proc/sys/kernel/hostname"))
                .isEqualTo("carrel\n");
    }

    private static String digestAfter(String name, String json) {
        Matcher digest = Pattern.compile("\"" + name + "\".*?sha256:([0-9a-f]{64})", Pattern.DOTALL)
                .matcher(json);
        assertThat(digest.find()).as(json).isTrue();
        return digest.group(1);
    }

    /** With a processor whose name is as long. */
    private static String elsewhere(String json) {
        return json.replaceAll("amd64|arm64", "s390x");
    }

    private static String blob(Path blobs, String content) throws IOException {
        String digest =
                Hashing.sha256().hashString(content, StandardCharsets.UTF_8).toString();
        Files.writeString(blobs.resolve(digest), content);
        return digest;
    }
}

package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are mounted and unmounted in mount namespaces that end with the test. */
@Tag("kernel")
@Tag("long")
class MountCommandKernelTest {

    /** The class path has no blanks. */
    private static final String CARREL = "carrel() { $CARREL \"$@\"; }\n";

    private static final String LIFE = """
            carrel mount desk:1 place >mounted
            cat place/etc/motd
            find place -mindepth 1 | sort
            ! touch place/new 2>/dev/null
            carrel mount
            carrel rmi desk:1 || echo "code $?"
            carrel rmi --force desk:1
            cat place/etc/motd
            carrel unmount place >/dev/null
            ls place
            carrel mount
            carrel image prune --force >/dev/null
            ls home/images/layers/* | grep -c . || true
            """;

    @TempDir
    private Path directory;

    private Path place;

    @BeforeEach
    void importAnImage() throws IOException, InterruptedException {
        Path root = Files.createDirectories(directory.resolve("root/etc"));
        Files.writeString(root.resolve("motd"), "of the image\n");
        assertThat(run(Cli.command("import", directory.resolve("root").toString(), "desk:1"))
                        .code())
                .isZero();
        place = Files.createDirectory(directory.resolve("place"));
    }

    private Cli run(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "CARREL_HOME=" + directory.resolve("home")));
        command.addAll(words);
        return Cli.end(new ProcessBuilder(command).start());
    }

    /** A script that can run {@code carrel}. */
    private Cli inNamespace(List<String> unshare, String script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "CARREL=" + String.join(" ", Cli.command())));
        command.addAll(unshare);
        command.addAll(List.of("sh", "-ec", CARREL + script));
        return run(command);
    }

    private void livesAndEnds(List<String> unshare) throws IOException, InterruptedException {
        Cli life = inNamespace(unshare, "cd " + directory + "\n" + LIFE);
        assertThat(life.code()).as(life.toString()).isZero();
        assertThat(life.out()).isEqualTo("""
                of the image
                place/etc
                place/etc/motd
                desk:1  %1$s
                code 1
                Untagged: desk:1
                Deleted: desk:1
                of the image
                0
                """.formatted(place));
        assertThat(life.err()).contains("desk:1 is mounted on " + place + ": unmount it first");
        assertThat(directory.resolve("mounted")).hasContent(place.toString());
    }

    @Test
    @Tag("root")
    void rootMountsForTheHost() throws IOException, InterruptedException {
        livesAndEnds(List.of("unshare", "--mount"));
        Cli own = inNamespace(List.of("unshare", "--mount"), """
                cd %s
                carrel import root desk:2 >/dev/null
                there=$(carrel mount desk:2)
                test "$there" = "$(carrel mount desk:2)"
                cat $there/etc/motd
                test "$(carrel umount --all)" = $there
                test ! -e $there
                """.formatted(directory));
        assertThat(own).isEqualTo(new Cli(0, "of the image\n", ""));
    }

    @Test
    @Tag("user")
    void anOrdinaryUserMountsForOneShell() throws IOException, InterruptedException {
        livesAndEnds(List.of("unshare", "--user", "--map-current-user", "--keep-caps", "--mount"));
        run(Cli.command("import", directory.resolve("root").toString(), "desk:1"));

        Cli refused = run(Cli.command("mount", "desk:1", place.toString()));

        assertThat(refused.code()).isEqualTo(ExitCode.SETUP_FAILED);
        assertThat(refused.err())
                .startsWith("carrel: Cannot mount layers on " + place)
                .contains("EPERM", "Only root can mount for the whole host.", "unshare --user");
    }
}

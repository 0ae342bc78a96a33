package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code carrel volume}, as somebody would type it. */
@Tag("kernel")
@Tag("long")
class VolumeCommandKernelTest {

    @TempDir
    private Path directory;

    private Cli volume(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "CARREL_HOME=" + directory));
        List<String> all = new ArrayList<>(List.of("volume"));
        all.addAll(List.of(arguments));
        command.addAll(Cli.command(all.toArray(String[]::new)));
        return Cli.end(new ProcessBuilder(command).start());
    }

    @Test
    void isMadeInspectedAndRemoved() throws Exception {
        assertThat(volume("create", "--label", "for=tests", "one").out()).isEqualTo("one\n");
        String made = volume("create").out().strip();
        assertThat(made).matches("[0-9a-f]{32}");
        assertThat(volume("ls", "-q").out().lines()).containsExactlyInAnyOrder("one", made);

        JsonNode listed = JsonMapper.shared().readTree(volume("ls", "--json").out());
        assertThat(listed).hasSize(2);
        assertThat(listed.findValuesAsString("Name")).containsExactlyInAnyOrder("one", made);

        Cli inspected = volume("inspect", "one", "none", made);
        assertThat(inspected.code()).isEqualTo(1);
        assertThat(inspected.err()).isEqualTo("carrel: there is no volume none\n");
        JsonNode all = JsonMapper.shared().readTree(inspected.out());
        assertThat(all).hasSize(2);
        JsonNode one = all.get(0);
        assertThat(one.path("Name").stringValue()).isEqualTo("one");
        assertThat(one.path("Driver").stringValue()).isEqualTo("local");
        assertThat(one.path("Scope").stringValue()).isEqualTo("local");
        assertThat(one.path("Labels").path("for").stringValue()).isEqualTo("tests");
        assertThat(one.path("CreatedAt").stringValue()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(Path.of(one.path("Mountpoint").stringValue()))
                .isEqualTo(directory.resolve("volumes/one/data"))
                .isDirectory();
        assertThat(all.get(1).path("Name").stringValue()).isEqualTo(made);

        assertThat(volume("rm", "-f", "none")).isEqualTo(new Cli(0, "", ""));
        Cli removed = volume("rm", "none", "one", "../x", made);
        assertThat(removed.code()).isEqualTo(1);
        assertThat(removed.out().lines()).containsExactly("one", made);
        assertThat(removed.err().lines()).hasSize(2).first().asString().isEqualTo("carrel: there is no volume none");
        assertThat(volume("ls", "-q").out()).isEmpty();
    }

    @Test
    void aDamagedOneIsNamed() throws Exception {
        volume("create", "sound");
        volume("create", "damaged");
        Files.delete(directory.resolve("volumes/damaged/record"));

        Cli listed = volume("ls", "-q");

        assertThat(listed.code()).isEqualTo(1);
        assertThat(listed.out()).isEqualTo("sound\n");
        assertThat(listed.err()).startsWith("carrel: the volume damaged is damaged: ");
        assertThat(volume("rm", "-f", "damaged").code()).isZero();
        assertThat(volume("prune", "-a", "-f").out()).startsWith("Deleted Volumes:\nsound\n\nTotal reclaimed space: ");
    }

    @Test
    void asksBeforeAllAreRemoved() throws Exception {
        volume("create", "dear");
        Files.write(directory.resolve("volumes/dear/data/file"), new byte[100_000]);

        Cli unanswered = volume("prune", "-a");
        assertThat(unanswered.code()).isEqualTo(1);
        assertThat(unanswered.out())
                .isEqualTo("WARNING! This will remove all volumes that no container uses.\n"
                        + "Are you sure you want to continue? [y/N] ");
        assertThat(unanswered.err()).isEqualTo("carrel: nothing was removed; answer y, or use --force\n");
        assertThat(answered("n").code()).isEqualTo(1);
        assertThat(volume("ls", "-q").out()).isEqualTo("dear\n");

        Cli agreed = answered("y");
        assertThat(agreed.code()).isZero();
        assertThat(agreed.out()).endsWith("[y/N] Deleted Volumes:\ndear\n\nTotal reclaimed space: 100kB\n");
    }

    private Cli answered(String answer) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "CARREL_HOME=" + directory));
        command.addAll(Cli.command("volume", "prune", "-a"));
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().write((answer + "\n").getBytes(UTF_8));
        return Cli.end(process);
    }
}

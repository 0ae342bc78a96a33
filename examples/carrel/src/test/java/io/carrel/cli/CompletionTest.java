package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts for shells: bash runs its own, and what is no command is not in that of fish. */
class CompletionTest {

    @TempDir
    private Path directory;

    private static String script(String shell) throws Exception {
        return Cli.output(Cli.command("completion", shell).toArray(String[]::new));
    }

    private String offered(String words, int number) throws Exception {
        Path script = Files.writeString(directory.resolve("script"), script("bash"));
        return Cli.output(
                "bash",
                "-c",
                "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=%d; _complete_carrel; printf '%%s ' \"${COMPREPLY[@]}\""
                        .formatted(script, words, number, words, words.length()));
    }

    @Test
    void bashOffersCommandsAndOptions() throws Exception {
        assertThat(offered("carrel net", 1)).isEqualTo("network");
        assertThat(offered("carrel network in", 2)).isEqualTo("inspect");
        assertThat(offered("carrel ps --fo", 2)).isEqualTo("--format");
        assertThat(offered("carrel image l", 2).split(" ")).contains("ls", "load");
    }

    @Test
    void fishHasALineForEach() throws Exception {
        assertThat(script("FISH").lines())
                .allMatch(line -> line.startsWith("complete -c carrel "))
                .anyMatch(line -> line.contains("-n '__fish_seen_subcommand_from network; and not ")
                        && line.contains("' -a inspect -d "))
                .anyMatch(
                        line -> line.startsWith("complete -c carrel -n '__fish_seen_subcommand_from ps' -l format -r"));
    }
}

package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel")
@Tag("long") // it starts JVM after JVM and says nothing about kernels
@Tag("user")
class NetworkCommandUserTest {

    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(
            strings = {"create lab", "ls", "inspect lab", "rm lab", "prune -f", "connect lab 1", "disconnect lab 1"})
    void anOrdinaryUserIsToldWhatElseCanBeDone(String arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Cli.command(("network " + arguments).split(" ", -1)));
        builder.environment().put("CARREL_HOME", home.toString());

        assertThat(Cli.end(builder.start()))
                .isEqualTo(new Cli(
                        125,
                        "",
                        "carrel: This process may not change the host's network: that takes root."
                                + " Without root a container without a network can have ports published and"
                                + " names allowed, for both of which the JVM relays.\n"));
        assertThat(home).isEmptyDirectory();
    }
}

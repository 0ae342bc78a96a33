package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.SetupException;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Footprint;
import java.io.File;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers with pipes between them. */
@Tag("kernel")
class PipelineTest {

    private static Container shell(String script) {
        return Container.builder().command("sh", "-c", script).build();
    }

    @Test
    void eachReadsWhatTheOneBeforePrints() throws Exception {
        List<ContainerProcess> all = Container.pipeline(shell("cat"), shell("sort"), shell("tr a-z A-Z"));
        try (OutputStream input = all.get(0).getOutputStream()) {
            input.write("pear\napple\n".getBytes(UTF_8));
        }
        assertThat(all.get(2).getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("APPLE\nPEAR\n");
        for (ContainerProcess each : all) {
            assertThat(each.awaitExit()).isEqualTo(new ExitStatus.Exited(0));
        }
        assertThat(all.get(0).getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void nothingIsLostOnTheWay() throws Exception {
        List<ContainerProcess> all =
                Container.pipeline(shell("head -c 50000000 /dev/zero"), shell("cat"), shell("wc -c"));
        assertThat(all.get(2).getInputStream().readAllBytes()).asString(UTF_8).isEqualToIgnoringWhitespace("50000000");
        assertThat(all.get(0).awaitExit()).isEqualTo(new ExitStatus.Exited(0));
    }

    @Test
    void aReaderThatEndsEndsItsWriter() throws Exception {
        List<ContainerProcess> all = Container.pipeline(shell("exec yes"), shell("head -n 1"));
        assertThat(all.get(0).awaitExit()).isEqualTo(new ExitStatus.Signaled(13));
        assertThat(all.get(1).awaitExit()).isEqualTo(new ExitStatus.Exited(0));
    }

    /** As in a shell, errors may go the same way. */
    @Test
    void errorsMayGoWithTheOutput() throws Exception {
        Container both = Container.builder()
                .command("sh", "-c", "echo out; echo err >&2")
                .redirectErrorStream(true)
                .build();
        List<ContainerProcess> all = Container.pipeline(both, shell("sort"));
        assertThat(all.get(1).getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("err\nout\n");
    }

    private static final String JUDGE =
            "low=1; high=100; while :; do guess=$(((low+high)/2)); echo $guess; read answer || exit 2;"
                    + " case $answer in more) low=$((guess+1));; less) high=$((guess-1));; yes) echo $guess >&2; exit 0;; esac; done";
    private static final String CONTESTANT = "while read guess; do if [ $guess -lt 37 ]; then echo more;"
            + " elif [ $guess -gt 37 ]; then echo less; else echo yes; fi; done; exit 4";

    @Test
    void twoTalkWithEachOther() throws Exception {
        List<ContainerProcess> both = Container.connect(shell(JUDGE), shell(CONTESTANT));
        assertThat(both.get(0).getErrorStream().readAllBytes()).asString(UTF_8).isEqualTo("37\n");
        assertThat(both.get(0).awaitExit()).isEqualTo(new ExitStatus.Exited(0));
        assertThat(both.get(1).awaitExit()).isEqualTo(new ExitStatus.Exited(4));
    }

    @Test
    void theOneLearnsThatTheOtherHasEnded() throws Exception {
        List<ContainerProcess> both = Container.connect(shell(JUDGE), shell("read guess; exit 7"));
        assertThat(both.get(1).awaitExit()).isEqualTo(new ExitStatus.Exited(7));
        assertThat(both.get(0).awaitExit()).isIn(new ExitStatus.Exited(2), new ExitStatus.Signaled(13));
    }

    @Test
    void nothingIsLeftIfOneCannotStart() throws Exception {
        Footprint before = Footprint.now();
        assertThatThrownBy(() -> Container.pipeline(
                        Container.builder().command("no-such-program").build(), shell("cat"), shell("cat")))
                .isInstanceOf(SetupException.class);
        before.assertNothingAdded();
    }

    @Test
    void aStreamLeadsToOnePlace() {
        Container output = Container.builder()
                .command("true")
                .redirectOutput(Redirect.to(new File("/dev/null")))
                .build();
        Container input = Container.builder()
                .command("true")
                .redirectInput(Redirect.from(new File("/dev/null")))
                .build();
        assertThatThrownBy(() -> Container.pipeline(output, shell("cat")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the standard output of container 0 is redirected");
        assertThatThrownBy(() -> Container.connect(shell("cat"), input))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the standard input of container 1 is redirected");
        assertThatThrownBy(Container::pipeline).isInstanceOf(IllegalArgumentException.class);
    }
}

package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.NeedsProgram;
import io.carrel.testing.OtherUser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever output goes, the command can open it again by its name, as images that log to {@code /dev/stdout} do. */
@Tag("kernel")
class OutputsKernelTest {

    private static final int OTHER = 61_234;
    private static final String BY_NAME =
            "echo a > /dev/stdout; echo b > /dev/stderr; echo c; echo d >> /proc/self/fd/1";

    private static final String AS_ONE_WORD =
            "(echo '#!/bin/bash'; printf 'exec'; printf ' %q' \"$@\") > words; chmod 755 words; ";

    @TempDir
    private Path directory;

    private Cli shell(String script, String... command) throws Exception {
        return Cli.inShell("cd " + directory + "; " + script, directory.resolve("home"), command);
    }

    private Cli shell(String script) throws Exception {
        // On a slow machine a terminal would be shown how the start gets on.
        return shell(script, "run", "-q", "--", "sh", "-c", BY_NAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"$@\" 2>&1 | cat",
                "\"$@\" > file 2>&1; cat file",
                "\"$@\" >> file 2>> file; cat file",
                "socat -u EXEC:./words,stderr -"
            })
    @NeedsProgram("socat")
    void bothCanBeOpenedByNameAndStayInOrder(String script) throws Exception {
        Cli result = shell(AS_ONE_WORD + script);

        assertThat(result).isEqualTo(new Cli(0, "a\nb\nc\nd\n", ""));
    }

    @Test
    void eachGoesToItsFile() throws Exception {
        assertThat(shell("echo before > out; \"$@\" >> out 2> err; echo $?; cat out; echo; cat err"))
                .isEqualTo(new Cli(0, "0\nbefore\na\nc\nd\n\nb\n", ""));
    }

    @Test
    @NeedsProgram("script")
    void aTerminalCanBeOpenedByNameToo() throws Exception {
        assertThat(shell(AS_ONE_WORD + "script -qec ./words /dev/null < /dev/null"))
                .isEqualTo(new Cli(0, "a\r\nb\r\nc\r\nd\r\n", ""));
    }

    @Test
    @NeedsProgram("script")
    void anInteractiveCommandHasTheTerminalItself() throws Exception {
        assertThat(shell(
                        AS_ONE_WORD + "mkfifo keys; script -qec ./words /dev/null <> keys",
                        "run",
                        "-qi",
                        "--",
                        "sh",
                        "-c",
                        "test -t 0 && test -t 1 && test -t 2 && echo terminal"))
                .isEqualTo(new Cli(0, "terminal\r\n", ""));
    }

    @Test
    void inputOfAFileThatOnlyItsOwnerMayRead() throws Exception {
        assertThat(shell("umask 077; echo in > file; \"$@\" < file", "run", "--", "cat", "/dev/stdin"))
                .isEqualTo(new Cli(0, "in\n", ""));
    }

    @Test
    void aUmaskHidesNoControlGroupsFromTheContainer() throws Exception {
        // An ordinary user to whom no group is delegated has none to be mounted.
        String hidden = "test ! -d /sys/fs/cgroup || find /sys/fs/cgroup -maxdepth 1 -type d ! -perm -055";
        assertThat(shell("umask 077; \"$@\"", "run", "--", "sh", "-c", hidden)).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void allOfALongOutputIsInTheFile() throws Exception {
        assertThat(shell(
                        "\"$@\" > file; echo $?; wc -c < file",
                        "run",
                        "--",
                        "sh",
                        "-c",
                        "head -c 3000001 /dev/zero; exit 3"))
                .isEqualTo(new Cli(0, "3\n3000001\n", ""));
    }

    /** The FIFO has a reader, who does not read. */
    @Test
    void aTimeoutDoesNotWaitForWhoReadsNothing() throws Exception {
        assertThat(shell(
                        "mkfifo fifo; exec 3<> fifo; timeout -s KILL 60 \"$@\" > fifo; echo $?",
                        "run",
                        "--timeout",
                        "1",
                        "--",
                        "head",
                        "-c",
                        "1000000",
                        "/dev/zero"))
                .isEqualTo(new Cli(0, "124\n", ""));
    }

    /** The pipe of a root who starts it as another user, as from cron or by su. */
    @Test
    @Tag("root")
    @NeedsProgram("setpriv")
    void soCanThePipeOfAnotherUser() throws Exception {
        Path home = Files.createDirectory(directory.resolve("other"));
        Files.setAttribute(home, "unix:uid", OTHER);

        assertThat(Cli.inShell(
                        "HOME=$CARREL_HOME \"$@\" 2>&1 | cat",
                        home,
                        OtherUser.in(directory, OTHER),
                        "run",
                        "--",
                        "sh",
                        "-c",
                        BY_NAME))
                .isEqualTo(new Cli(0, "a\nb\nc\nd\n", ""));
    }
}

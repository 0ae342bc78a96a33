package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.testing.Proc;
import io.carrel.testing.Footprint;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class StandardStreamsTest {

    private static final String TALK = "cat; echo out; echo err >&2";

    @TempDir
    private Path directory;

    private static Started shell(String script, StandardStreams streams) {
        return Started.of(Shape.NO_PID_NAMESPACE.program("/bin/sh", "-c", script), streams, List.of(), Started.NO_WORK);
    }

    private static void run(String script, StandardStreams streams) throws Exception {
        try (Started shell = shell(script, streams)) {
            shell.process().getOutputStream().close();
            assertThat(shell.process().waitFor()).isZero();
        }
    }

    private Path file(String name, String content) throws Exception {
        return Files.writeString(directory.resolve(name), content);
    }

    @Test
    void pipesLeadToThisJvm() throws Exception {
        try (Started shell = shell(TALK, StandardStreams.PIPES)) {
            shell.process().getOutputStream().write(new byte[] {'i', 'n', '\n'});
            shell.process().getOutputStream().close();
            assertThat(shell.output()).isEqualTo("in\nout\n");
            assertThat(shell.process().getErrorStream().readAllBytes())
                    .asString()
                    .isEqualTo("err\n");
        }
    }

    @Test
    void errorsGoWhereOutputGoes() throws Exception {
        try (Started shell = shell(
                "echo out; echo err >&2", new StandardStreams(Redirect.PIPE, Redirect.PIPE, Redirect.PIPE, true))) {
            assertThat(shell.output()).isEqualTo("out\nerr\n");
            assertThat(shell.process().getErrorStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void inputComesFromAFile() throws Exception {
        Path input = file("input", "from the file\n");
        try (Started shell =
                shell("cat", new StandardStreams(Redirect.from(input.toFile()), Redirect.PIPE, Redirect.PIPE, false))) {
            assertThat(shell.output()).isEqualTo("from the file\n");
        }
    }

    @Test
    void outputReplacesAFile() throws Exception {
        Path output = file("output", "much longer than what will be written\n");
        Path error = directory.resolve("error");
        run(TALK, new StandardStreams(Redirect.PIPE, Redirect.to(output.toFile()), Redirect.to(error.toFile()), false));
        assertThat(output).hasContent("out\n");
        assertThat(error).hasContent("err\n");
    }

    @Test
    void outputIsAppendedToAFile() throws Exception {
        Path output = file("output", "before\n");
        run(TALK, new StandardStreams(Redirect.PIPE, Redirect.appendTo(output.toFile()), Redirect.DISCARD, false));
        assertThat(output).hasContent("before\nout\n");
    }

    @Test
    void mergedOutputIsAppendedToAFile() throws Exception {
        Path output = directory.resolve("output");
        run(TALK, new StandardStreams(Redirect.PIPE, Redirect.appendTo(output.toFile()), Redirect.PIPE, true));
        assertThat(output).hasContent("out\nerr\n");
    }

    @Test
    void outputIsDiscarded() throws Exception {
        try (Started shell =
                shell("read line", new StandardStreams(Redirect.PIPE, Redirect.DISCARD, Redirect.DISCARD, false))) {
            long command = Shape.NO_PID_NAMESPACE.command(shell.process());
            assertThat(Proc.link(command, "fd/1")).isEqualTo("/dev/null");
            assertThat(Proc.link(command, "fd/2")).isEqualTo("/dev/null");
            assertThat(shell.process().getInputStream().read()).isEqualTo(-1);
        }
    }

    /** Seen from outside, since nothing but Surefire may write to this JVM's own output. */
    @Test
    void theStreamsOfThisJvmAreInherited() throws Exception {
        try (Started shell = shell("exec sleep 1000", StandardStreams.INHERITED)) {
            long command = Shape.NO_PID_NAMESPACE.command(shell.process());
            long self = ProcessHandle.current().pid();
            for (String stream : List.of("fd/0", "fd/1", "fd/2")) {
                assertThat(Proc.link(command, stream)).isEqualTo(Proc.link(self, stream));
            }
        }
    }

    @Test
    void aFileThatCannotBeOpenedIsNamedAndLeavesNothing() {
        Path missing = directory.resolve("no/such/file");
        StandardStreams streams =
                new StandardStreams(Redirect.PIPE, Redirect.to(missing.toFile()), Redirect.PIPE, false);
        Footprint before = Footprint.now();
        assertThatThrownBy(streams::open)
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageStartingWith("Cannot write standard output: openat(AT_FDCWD, \"" + missing + "\",");
        before.assertNothingAdded();
    }

    @Test
    void whatIsNotTakenIsClosed() {
        Footprint before = Footprint.now();
        StandardStreams.PIPES.open().close();
        before.assertNothingAdded();
    }
}

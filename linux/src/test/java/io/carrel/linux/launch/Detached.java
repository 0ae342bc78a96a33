package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.log.ExitRecord;
import io.carrel.linux.log.LogEntry;
import io.carrel.linux.log.LogReader;
import io.carrel.linux.log.LogRing;
import io.carrel.linux.program.StepTable;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container that goes on without the JVM, by its directory and its init's pid: all that another JVM has of it. */
record Detached(Path directory, int pid, StepTable steps) {

    private static final Duration SOON = Duration.ofSeconds(60);

    static final int FILES = 5;
    static final int FILE_SIZE = 20 << 20;

    static Detached shell(Path directory, String script) {
        return start(directory, FILES, FILE_SIZE, Shape.INIT.detached(Shape::nothing, "/bin/sh", "-c", script));
    }

    /** Starts it with pipes for its streams, of which this JVM keeps nothing. */
    static Detached start(Path directory, int files, long fileSize, SyscallProgram program) {
        return start(directory, LogRing.open(directory, files, fileSize), program);
    }

    static Detached start(Path directory, LogRing ring, SyscallProgram program) {
        try (StandardStreams.Open streams = StandardStreams.PIPES.open();
                Detachment detachment = Detachment.of(
                        ControlSocket.bind(directory),
                        ExitRecord.create(exit(directory)),
                        Lease.take(lease(directory)).orElseThrow().descriptor(),
                        streams,
                        ring);
                ProgramFile file = ProgramFile.of(program)) {
            DetachedChild child =
                    Launcher.startDetached(file, streams.childEnds(), List.of(), Started.NO_WORK, detachment);
            return new Detached(directory, child.pid(), program);
        }
    }

    static Path exit(Path directory) {
        return directory.resolve("exit");
    }

    static Path lease(Path directory) {
        return directory.resolve("lease");
    }

    ControlSocket connect() {
        return ControlSocket.connect(directory, pid, steps);
    }

    boolean isRunning() {
        return Lease.isHeldAlone(lease(directory));
    }

    Optional<ExitRecord> exit() {
        return ExitRecord.read(exit(directory));
    }

    LogReader log() {
        return LogReader.open(directory, exit(directory), lease(directory));
    }

    /** Follows its log to the end: what came by one of the streams. */
    byte[] follow(int stream) throws InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (LogReader reader = log()) {
            for (Optional<LogEntry> entry = reader.follow(); entry.isPresent(); entry = reader.follow()) {
                if (entry.get().stream() == stream) {
                    all.writeBytes(entry.get().text());
                }
            }
        }
        return all.toByteArray();
    }

    String text(int stream) throws InterruptedException {
        return new String(follow(stream), StandardCharsets.UTF_8);
    }

    /** Executes a shell in it; what it says. */
    String execute(String script) throws IOException, InterruptedException {
        try (ControlSocket socket = connect()) {
            ExecProcess process = start(socket, "/bin/sh", "-c", script);
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            process.close();
            return output + code;
        }
    }

    static ExecProcess start(ExecServer server, String... words) {
        try (StandardStreams.Open open = StandardStreams.PIPES.open()) {
            return ExecProcess.start(
                    server,
                    new ExecCommand(List.of(words), Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C"), "/"),
                    open,
                    List.of());
        }
    }

    /** The lock goes with the init. */
    void awaitEnd() {
        Eventually.holds("the container has ended", SOON, () -> !isRunning());
    }

    /** Ends it, if it runs. */
    void end() {
        try (ControlSocket socket = connect()) {
            socket.end();
        } catch (SyscallException | IllegalStateException gone) {
            assertThat(isRunning()).isFalse();
        }
        awaitEnd();
    }
}

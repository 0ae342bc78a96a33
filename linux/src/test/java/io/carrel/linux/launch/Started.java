package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.program.SyscallProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A started program with pipes to it, which is ended and reaped at the end of the test. */
record Started(LaunchedProcess process, BufferedReader reader, EventLoop.Deadline deadline) implements AutoCloseable {

    /** A read from a pipe cannot be interrupted by JUnit's timeout. The end of the command ends it. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static final Launcher.HostWork NO_WORK = (need, pid) -> {
        throw new IllegalStateException("the program does not wait for the host, but did for process " + pid);
    };

    static Started of(SyscallProgram program) {
        return of(program, StandardStreams.PIPES, List.of(), NO_WORK);
    }

    static Started of(
            SyscallProgram program, StandardStreams streams, List<Descriptor> passed, Launcher.HostWork work) {
        try (ProgramFile file = ProgramFile.of(program)) {
            return of(LaunchedProcess.start(file, streams, passed, work));
        }
    }

    static Started of(LaunchedProcess process) {
        return new Started(
                process,
                process.inputReader(StandardCharsets.UTF_8),
                EventLoop.shared().after(PATIENCE, process::destroyForcibly));
    }

    /** A command that writes each line that it reads, and ends at the end of its input. */
    static Started cat(Shape shape) throws IOException {
        Started cat = of(shape.program("/bin/cat"));
        cat.writeLine("ready");
        cat.readLine();
        return cat;
    }

    static Started shell(Shape shape, String script) {
        return of(shape.program("/bin/sh", "-c", script));
    }

    void writeLine(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    String readLine() throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("the command's output is at its end");
        }
        return line;
    }

    /** Waits for the command's end; its standard output. */
    String output() throws IOException, InterruptedException {
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        }
    }

    @Override
    public void close() throws IOException {
        deadline.cancel();
        process.destroyForcibly();
        process.child().ending().join();
        process.getOutputStream().close();
        process.getErrorStream().close();
        reader.close();
    }
}

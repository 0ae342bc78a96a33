package io.carrel.cgroups.internal.devices;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** A shell of busybox as a process of a group: what it says it could do is what the kernel let it do. */
final class DeviceShell implements AutoCloseable {

    private static final String END = "-- end --";

    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    DeviceShell(TestGroup group) throws IOException {
        process = new ProcessBuilder("busybox", "sh").redirectErrorStream(true).start();
        commands = new OutputStreamWriter(process.getOutputStream(), UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        group.add(process);
    }

    /** Runs commands and returns all that they print, messages about errors too. */
    List<String> run(String text) throws IOException {
        start(text);
        return answers();
    }

    /** Starts commands; {@link #answers} waits for their end. */
    void start(String text) throws IOException {
        commands.write(text + "\necho '" + END + "'\n");
        commands.flush();
    }

    List<String> answers() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = answers.readLine(); !END.equals(line); line = answers.readLine()) {
            if (line == null) {
                throw new IOException("the shell has ended: " + lines);
            }
            lines.add(line);
        }
        return lines;
    }

    /** {@code ""} if the device could be opened, else the shell's message. */
    String read(String device) throws IOException {
        return String.join("\n", run("true < " + device));
    }

    /** The same, to write. */
    String write(String device) throws IOException {
        return String.join("\n", run("true >> " + device));
    }

    @Override
    public void close() throws IOException {
        commands.close();
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

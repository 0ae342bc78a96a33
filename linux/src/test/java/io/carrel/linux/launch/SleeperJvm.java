package io.carrel.linux.launch;

import com.google.common.base.Splitter;
import io.carrel.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Another JVM that runs {@link SleeperMain}.
 *
 * @param process the JVM
 * @param supervisor the pid of its child
 * @param command the pid of the command
 * @param executable what the supervisor executes
 */
record SleeperJvm(Process process, long supervisor, long command, String executable) implements AutoCloseable {

    /**
     * Starts the JVM and waits until its command runs.
     *
     * @param prefix a command that executes the command that follows
     */
    static SleeperJvm start(Shape shape, Path temporaryDirectory, String... prefix) throws IOException {
        Process jvm = ChildJvm.by(prefix)
                .option("-Djava.io.tmpdir=" + temporaryDirectory)
                .start(SleeperMain.class, shape.name());
        BufferedReader output = jvm.inputReader();
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the JVM ended without a word: " + List.of(prefix));
        }
        List<String> words = Splitter.on(' ').limit(3).splitToList(line);
        return new SleeperJvm(jvm, Long.parseLong(words.get(0)), Long.parseLong(words.get(1)), words.get(2));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}

package io.carrel.linux.launch;

import io.carrel.linux.testing.Proc;
import java.util.List;

/** A JVM that starts a command that sleeps for long, prints two pids and waits to be killed. */
final class SleeperMain {

    private SleeperMain() {}

    public static void main(String[] arguments) throws Exception {
        Shape shape = Shape.valueOf(arguments[0]);
        try (ProgramFile file = ProgramFile.of(shape.program("/bin/sleep", "1000"))) {
            LaunchedProcess process = LaunchedProcess.start(file, StandardStreams.PIPES, List.of(), Started.NO_WORK);
            System.out.println(process.pid() + " " + shape.command(process) + " " + Proc.link(process.pid(), "exe"));
            if (System.in.read() >= 0) {
                process.destroyForcibly();
                process.waitFor();
            }
        }
    }
}

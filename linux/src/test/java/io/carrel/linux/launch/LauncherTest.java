package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.ResourceUsage;
import io.carrel.linux.Signal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How a command runs and ends. */
@Tag("kernel")
class LauncherTest {

    @ParameterizedTest
    @CsvSource({"INIT, 0", "INIT, 17", "INIT, 255", "COMMAND_IS_INIT, 0", "COMMAND_IS_INIT, 17", "NO_PID_NAMESPACE, 17"
    })
    void theExitCodeIsTheCommands(Shape shape, int exitCode) throws Exception {
        try (Started shell = Started.shell(shape, "exit " + exitCode)) {
            assertThat(shell.process().waitFor()).isEqualTo(exitCode);
        }
    }

    @ParameterizedTest
    @CsvSource({"INIT, TERM, 143", "INIT, KILL, 137", "NO_PID_NAMESPACE, TERM, 143", "NO_PID_NAMESPACE, KILL, 137"})
    void aSignalThatEndsTheCommandCountsFrom128(Shape shape, Signal signal, int exitValue) throws Exception {
        try (Started shell = Started.shell(shape, "kill -" + signal + " $$")) {
            assertThat(shell.process().waitFor()).isEqualTo(exitValue);
            assertThat(shell.process().child().ending().join().signal()).isEqualTo(signal.number());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCommandReadsAndWritesItsStreams(Shape shape) throws Exception {
        try (Started shell = Started.shell(shape, "read line; echo \"got $line\"; echo problem >&2")) {
            shell.writeLine("hello");
            assertThat(shell.readLine()).isEqualTo("got hello");
            assertThat(shell.process().getErrorStream().readAllBytes())
                    .asString()
                    .isEqualTo("problem\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCommandHasTheGivenArgumentsAndEnvironment(Shape shape) throws Exception {
        try (Started shell =
                Started.of(shape.program("/bin/sh", "-c", "printf '%s|' \"$0\" \"$@\"; env", "a b", "", "é"))) {
            assertThat(shell.output())
                    .startsWith("a b||é|")
                    .contains("PATH=/usr/bin:/bin")
                    .doesNotContain("JAVA");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheCommandUsedIsReported(Shape shape) throws Exception {
        try (Started shell = Started.shell(shape, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")) {
            shell.process().waitFor();
            ResourceUsage usage =
                    shell.process().child().ending().join().usage().orElseThrow();
            assertThat(usage.userTime().plus(usage.systemTime()))
                    .isBetween(Duration.ofMillis(1), Duration.ofSeconds(100));
            assertThat(usage.maxResidentBytes()).isBetween(100_000L, 100_000_000L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameFileCanBeStartedManyTimes(Shape shape) throws Exception {
        try (ProgramFile file = ProgramFile.of(shape.program("/bin/sh", "-c", "exit 5"))) {
            for (int i = 0; i < 3; i++) {
                LaunchedProcess process =
                        LaunchedProcess.start(file, StandardStreams.PIPES, List.of(), Started.NO_WORK);
                try (Started started = Started.of(process)) {
                    assertThat(started.process().waitFor()).isEqualTo(5);
                }
            }
        }
    }
}

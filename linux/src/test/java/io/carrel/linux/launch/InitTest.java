package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.testing.Proc;
import io.carrel.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first process of a container: the interpreter in its loop. */
@Tag("kernel")
class InitTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void reapsOrphans() throws Exception {
        try (Started shell = Started.shell(Shape.INIT, "(sleep 1000 & echo $!); read orphan; kill $orphan; read end")) {
            String orphan = shell.readLine();
            long init = shell.process().pid();
            long command = Shape.INIT.command(shell.process());
            Eventually.holds(
                    "the init has inherited the orphan",
                    SOON,
                    () -> Proc.children(init).size() == 2);

            shell.writeLine(orphan);
            Eventually.holds(
                    "the orphan is gone, and its zombie, too",
                    SOON,
                    () -> Proc.children(init).equals(List.of(command)));
            assertThat(shell.process().isAlive()).isTrue();
        }
    }

    @Test
    void doesNotTakeAnOrphansEndForTheCommands() throws Exception {
        try (Started shell = Started.shell(Shape.INIT, "for i in 1 2 3 4 5; do (true &); done; read end; exit 6")) {
            shell.writeLine("end");
            assertThat(shell.process().waitFor()).isEqualTo(6);
        }
    }

    @Test
    void endsWithTheCommandWhateverElseRuns() throws Exception {
        try (Started shell = Started.shell(Shape.INIT, "sleep 1000 & echo started; exit 7")) {
            assertThat(shell.process().waitFor()).isEqualTo(7);
            assertThat(shell.output()).isEqualTo("started\n");
        }
    }

    @Test
    void whoeverIsLeftHasEndedWhenTheEndIsPublished() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Started shell =
                    Started.shell(Shape.INIT, "sleep 1000 & sleep 1000 & echo started; read end; exit 7")) {
                shell.readLine();
                List<Long> left = Proc.children(Shape.INIT.command(shell.process()));
                assertThat(left).hasSize(2);
                shell.writeLine("end");
                assertThat(shell.process().waitFor()).isEqualTo(7);
                assertThat(left)
                        .allSatisfy(pid -> assertThat(Path.of("/proc/" + pid)).doesNotExist());
            }
        }
    }

    @Test
    void isAChildOfThisJvm() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            assertThat(ProcessHandle.current().children().map(ProcessHandle::pid))
                    .contains(cat.process().pid());
        }
    }

    @Test
    void dirtiesFewPages() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            long init = cat.process().pid();
            long dirty = Proc.memoryKibibytes(init, "Private_Dirty") + Proc.memoryKibibytes(init, "Private_Clean");
            assertThat(dirty).as("KiB of its own").isBetween(4L, 64L);
        }
    }
}

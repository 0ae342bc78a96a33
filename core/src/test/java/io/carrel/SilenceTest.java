package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.ChildJvm;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM whose containers work says nothing by itself, leaves no file, and starts nothing else. */
@Tag("kernel")
@Tag("long") // it starts JVMs and says nothing about kernels
class SilenceTest {

    /** Starts some containers. */
    static final class Working {
        public static void main(String[] arguments) throws Exception {
            Container.builder().command("echo", "captured").build().run();
            try (ContainerProcess process =
                    Container.builder().init(false).command("cat").build().start()) {
                process.destroy();
            }
            Container.unconfined().command("true").build().run();
            Container.builder().command("true").build().explain();
            Host.probe();
            System.gc();
            System.out.println("done");
        }
    }

    /** Starts one container. */
    static final class Starting {
        public static void main(String[] arguments) throws Exception {
            Container.builder().command("true").build().run();
        }
    }

    @Test
    @NeedsProgram("strace")
    void noProgramIsStartedButTheLauncherAndTheCommand(@TempDir Path temporary) throws Exception {
        Path trace = temporary.resolve("trace");
        String[] strace = {
            "strace", "-f", "-qq", "-z", "-e", "trace=execve", "-e", "signal=none", "-o", trace.toString()
        };
        ChildJvm.by(strace).run(Starting.class).success();
        assertThat(Outside.lines(trace))
                .satisfiesExactly(
                        line -> assertThat(line).contains("/bin/java\", ["),
                        line -> assertThat(line).contains("(\"/proc/self/fd/", "[\"carrel\"]"),
                        // Of a process that is not dumpable, strace reads no memory unless it is root's.
                        line -> assertThat(line).containsPattern("/true\", \\[\"true\"]|execve\\(0x"));
    }

    @Test
    void nothingIsPrintedAndNoFileIsLeft(@TempDir Path temporary) throws Exception {
        ChildJvm.Output output =
                ChildJvm.by().option("-Djava.io.tmpdir=" + temporary).run(Working.class);
        assertThat(output.stderr()).isEmpty();
        assertThat(output.stdout()).isEqualTo("done");
        assertThat(output.exitCode()).isZero();
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
    }
}

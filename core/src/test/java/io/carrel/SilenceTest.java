package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM whose containers work says nothing by itself, and leaves no file. */
@Tag("kernel")
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

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.outcome.ExitStatus;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Inside;
import io.carrel.testing.Outside;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code run()} captures, and that it says so when that is not all. */
@Tag("kernel")
class CaptureTest {

    /** All that is dropped fits into the pipe, so the command ends by itself as a rule. */
    @Test
    void outputThatWasCutIsNeverASuccess() throws Exception {
        Container container = Container.builder()
                .outputLimit(1000)
                .command("head", "-c", "2000", "/dev/zero")
                .build();
        for (int i = 0; i < 40; i++) {
            ContainerResult result = container.run();
            assertThat(result.exitStatus()).isEqualTo(new ExitStatus.OutputLimit(1000));
            assertThat(result.stdoutBytes()).hasSize(1000);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | echo hi",
                "0 | echo hi >&2",
                "3 | printf abcd; exit 5",
                "3 | printf abcd >&2; exit 5",
                "3 | printf ab; printf abcd >&2; kill -9 $$",
                "1048576 | head -c 1048577 /dev/zero; exit 1"
            })
    void oneByteTooMuchIsSaidHoweverTheCommandEnds(long limit, String script) throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(Inside.attempt(Container.builder().outputLimit(limit), script)
                            .exitStatus())
                    .isEqualTo(new ExitStatus.OutputLimit(limit));
        }
    }

    @Test
    void exactlyTheLimitIsNotTooMuch() throws Exception {
        for (int i = 0; i < 10; i++) {
            ContainerResult result =
                    Inside.attempt(Container.builder().outputLimit(3), "printf abc; printf def >&2; exit 5");
            assertThat(result.exitStatus()).isEqualTo(new ExitStatus.Exited(5));
            assertThat(result.stdout() + result.stderr()).isEqualTo("abcdef");
        }
    }

    @Test
    void manyContainersThatPrintAtOnceLoseNothing() throws Exception {
        Container container = Container.builder()
                .command("sh", "-c", "seq 1 20000; seq 1 20000 >&2")
                .build();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<ContainerResult>> running = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            running.add(threads.submit(container::run));
        }
        threads.shutdown();
        for (Future<ContainerResult> one : running) {
            ContainerResult result = one.get();
            assertThat(result.stdout().lines()).hasSize(20_000).endsWith("20000");
            assertThat(result.stderr()).isEqualTo(result.stdout());
        }
    }

    @Test
    void aTimeoutWithoutEndIsNone() throws Exception {
        Container container = Container.builder()
                .timeout(ChronoUnit.FOREVER.getDuration())
                .command("echo", "hi")
                .build();
        assertThat(container.run().stdout()).isEqualTo("hi\n");
        try (ContainerProcess process = container.start()) {
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Exited(0));
        }
        assertThat(Inside.attempt(Container.builder().timeout(Duration.ofDays(400_000)), "exit 3")
                        .exitStatus())
                .isEqualTo(new ExitStatus.Exited(3));
    }

    /** The output is more than the JVM's memory. */
    @Test
    void aContainerWhoseOutputCannotBeKeptIsEnded() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        ChildJvm.Output output = ChildJvm.by().option("-Xmx48m").run(TooMuchMain.class, seconds);
        assertThat(output.stdout()).isEqualTo("java.lang.OutOfMemoryError, children: 0");
        assertThat(Outside.processesCalledWith(seconds)).isEmpty();
    }

    /** Runs a container that prints more than fits into the memory and stays. */
    static final class TooMuchMain {
        public static void main(String[] arguments) {
            Container container = Container.builder()
                    .outputLimit(1L << 30)
                    .command("sh", "-c", "head -c 200000000 /dev/zero; exec sleep " + arguments[0])
                    .build();
            assertThatThrownBy(container::run)
                    .isInstanceOf(OutOfMemoryError.class)
                    .satisfies(thrown -> {
                        long children = ProcessHandle.current().children().count();
                        System.out.println(thrown.getClass().getName() + ", children: " + children);
                    });
        }
    }
}

package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.SetupException;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Footprint;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many starts at once, and one after the other, leave nothing. */
@Tag("kernel")
@Tag("long") // it says little about kernels
class ManyStartsTest {

    private static final int STARTS = 2000;
    private static final int THREADS = 8;

    @Test
    void twoThousandStartsOnEightThreadsLeaveNothing() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        Container succeeding = Container.builder().command("true").build();
        Container failing = Container.builder().command("/no/such/command").build();
        Container killed = Container.builder().command("sleep", seconds).build();
        Container printing =
                Container.builder().init(false).command("echo", "hello").build();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            run(pool, 4 * THREADS, succeeding, failing, killed, printing);
            Footprint before = Footprint.now();
            run(pool, STARTS, succeeding, failing, killed, printing);
            before.assertNothingAdded();
            assertThat(Outside.processesCalledWith(seconds)).isEmpty();
        } finally {
            pool.shutdown();
        }
    }

    private static void run(ExecutorService pool, int count, Container... containers) throws Exception {
        List<Future<String>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int kind = i % containers.length;
            results.add(pool.submit(() -> outcome(kind, containers[kind])));
        }
        List<String> expected = List.of("Exited[code=0] ", "refused", "Signaled[signal=9]", "Exited[code=0] hello\n");
        for (int i = 0; i < count; i++) {
            assertThat(results.get(i).get()).isEqualTo(expected.get(i % containers.length));
        }
    }

    private static String outcome(int kind, Container container) throws InterruptedException {
        if (kind == 1) {
            try {
                container.start().close();
                return "started";
            } catch (SetupException e) {
                return "refused";
            }
        }
        if (kind == 2) {
            ContainerProcess process = container.start();
            process.close();
            return process.exitStatus().toString();
        }
        ContainerResult result = container.run();
        return result.exitStatus() + " " + result.stdout();
    }

    /** Makes and runs a new container each time, in so much memory that no garbage is collected meanwhile. */
    static final class OneAfterTheOther {
        public static void main(String[] arguments) throws Exception {
            for (int i = 0; i < 250; i++) {
                Container.builder().command("true").build().run();
            }
            System.out.println("done");
        }
    }

    /** A program that makes a container for each piece of work must not run out of descriptors. */
    @Test
    @NeedsProgram("prlimit")
    void aNewContainerForEachPieceOfWorkNeedsNoMoreDescriptors() throws Exception {
        ChildJvm jvm = ChildJvm.by("prlimit", "--nofile=256:256").option("-Xmn512m");
        assertThat(jvm.run(OneAfterTheOther.class).success()).isEqualTo("done");
    }

    @Test
    void manyContainersRunAtTheSameTime() throws Exception {
        Container cat = Container.builder().command("cat").build();
        cat.start().close();
        Footprint before = Footprint.now();
        List<ContainerProcess> running =
                IntStream.range(0, 50).mapToObj(i -> cat.start()).toList();
        assertThat(running).allMatch(ContainerProcess::isAlive);
        for (ContainerProcess process : running) {
            process.getOutputStream().close();
        }
        for (ContainerProcess process : running) {
            assertThat(process.awaitExit().success()).isTrue();
            process.close();
        }
        before.assertNothingAdded();
    }
}

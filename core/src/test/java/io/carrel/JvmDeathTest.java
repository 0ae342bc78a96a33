package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Capability;
import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever ends the JVM ends its containers. */
@Tag("kernel")
@Tag("long")
class JvmDeathTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final String seconds = Outside.unmistakableSeconds();

    /** Kinds of containers. */
    enum Kind {
        WITH_INIT,
        WITHOUT_INIT,
        IN_THE_HOSTS_PID_NAMESPACE,
        WITH_CAPABILITIES_WITHOUT_INIT,
        UNCONFINED,
        UNCONFINED_IN_A_USER_NAMESPACE;

        private ContainerBuilder builder() {
            return switch (this) {
                case WITH_INIT -> Container.builder();
                case WITHOUT_INIT -> Container.builder().init(false);
                case IN_THE_HOSTS_PID_NAMESPACE -> Container.builder().share(NamespaceType.PID);
                case WITH_CAPABILITIES_WITHOUT_INIT ->
                    Container.builder().init(false).user(User.of(1, 1)).capabilities(Capability.CHOWN);
                case UNCONFINED -> Container.unconfined();
                case UNCONFINED_IN_A_USER_NAMESPACE -> Container.unconfined().isolate(NamespaceType.USER);
            };
        }
    }

    /** Starts a container and waits for its own end. */
    static final class Starting {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess process = Kind.valueOf(arguments[0])
                    .builder()
                    .command("sleep", arguments[1])
                    .build()
                    .start()) {
                System.out.println(process.pid());
                process.waitFor();
            }
        }
    }

    @AfterEach
    void endWhatIsLeft() {
        Outside.processesCalledWith(seconds)
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private void assertThatAllEnds(long supervisor) {
        Eventually.holds(
                "the command is gone",
                A_SECOND,
                () -> Outside.processesCalledWith(seconds).isEmpty());
        Eventually.holds("its supervisor is gone", A_SECOND, () -> !Outside.isRunning(supervisor));
    }

    @ParameterizedTest
    @EnumSource
    void aKilledJvmTakesItsContainersAlong(Kind kind) throws Exception {
        Process jvm = ChildJvm.by().start(Starting.class, kind.name(), seconds);
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            long supervisor = Long.parseLong(output.readLine());
            Eventually.holds(
                    "JVM and command run",
                    A_SECOND,
                    () -> Outside.processesCalledWith(seconds).size() >= 2);
            jvm.destroyForcibly().waitFor();
            assertThatAllEnds(supervisor);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WITH_INIT", "UNCONFINED"})
    void aTerminatedJvmTakesItsContainersAlong(Kind kind) throws Exception {
        Process jvm = ChildJvm.by().start(Starting.class, kind.name(), seconds);
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            long supervisor = Long.parseLong(output.readLine());
            jvm.destroy();
            jvm.waitFor();
            assertThatAllEnds(supervisor);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKilledSupervisorTakesTheCommandAlong(Kind kind) throws Exception {
        try (ContainerProcess process =
                kind.builder().command("sleep", seconds).build().start()) {
            process.toHandle().destroyForcibly();
            assertThat(process.awaitExit()).isEqualTo(new ExitStatus.Signaled(9));
            assertThatAllEnds(process.pid());
        }
    }

    /** Starts a command that withstands, and waits for its end. */
    static final class Withstanding {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess process = Kind.valueOf(arguments[0])
                    .builder()
                    .command("perl", "-e", arguments[1], arguments[2])
                    .build()
                    .start()) {
                process.getInputStream().read();
                System.out.println(process.pid());
                process.waitFor();
            }
        }
    }

    private void assertThatItEndsWithItsJvm(Kind kind, String script) throws Exception {
        Process jvm = ChildJvm.by().start(Withstanding.class, kind.name(), script, seconds);
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            long supervisor = Long.parseLong(output.readLine());
            jvm.destroyForcibly().waitFor();
            assertThatAllEnds(supervisor);
        }
    }

    private static int number(Syscall call) {
        return call.number(Processor.current());
    }

    /** The kernel forgets on request that a process is to die with its parent. */
    @ParameterizedTest
    @EnumSource(names = {"WITHOUT_INIT", "IN_THE_HOSTS_PID_NAMESPACE", "UNCONFINED"})
    @NeedsProgram("perl")
    void aCommandThatWantsToOutliveItsParentDoesNot(Kind kind) throws Exception {
        assertThatItEndsWithItsJvm(
                kind,
                "$| = 1; alarm 20; syscall(%d, 1, 0, 0, 0, 0); print 'x'; sleep 1000".formatted(number(Syscall.PRCTL)));
    }

    /**
     * Siblings of the command are children of the init, which it has to reap. It makes more as long as it lives, 20 s
     * at most.
     */
    @Test
    @NeedsProgram("perl")
    void aFloodOfEndsDoesNotKeepTheInitFromSeeingTheJvms() throws Exception {
        assertThatItEndsWithItsJvm(
                Kind.WITH_INIT,
                "$| = 1; alarm 20; sub sibling { syscall(%d, 0x8000 | 17, 0, 0, 0, 0) }"
                                .formatted(number(Syscall.CLONE))
                        + " for (1..60) { if (sibling() == 0) { alarm 20; while (1) { if (sibling() == 0) { exit } } } }"
                        + " print 'x'; sleep 1000");
    }

    /** Lower signals come before the one that tells of the channel. */
    @Test
    @NeedsProgram("perl")
    void aFloodOfSignalsDoesNotKeepTheInitFromSeeingTheJvms() throws Exception {
        assertThatItEndsWithItsJvm(
                Kind.WITH_INIT,
                "$| = 1; alarm 20; $SIG{HUP} = $SIG{USR1} = 'IGNORE'; for (1..3) { if (!fork) { alarm 20; while (1) { kill"
                        + " 'HUP', 1; kill 'USR1', 1 } } } print 'x'; sleep 1000");
    }

    /** Starts containers on several threads, as fast as it can. */
    static final class Hurrying {
        public static void main(String[] arguments) throws Exception {
            Container container =
                    Container.builder().command("sleep", arguments[0]).build();
            container.plan();
            Runnable endless = () -> {
                while (true) {
                    try (ContainerProcess process = container.start()) {
                        process.isAlive();
                    }
                }
            };
            List<Thread> threads = List.of(
                    new Thread(endless),
                    new Thread(endless),
                    new Thread(endless),
                    new Thread(endless),
                    new Thread(endless),
                    new Thread(endless));
            threads.forEach(Thread::start);
            System.out.println("hurrying");
            Thread.currentThread().join();
        }
    }

    /** In the middle of starts: also the one whose success the JVM did not live to read. */
    @Test
    void aJvmThatIsKilledAtARandomMomentLeavesNoContainer() throws Exception {
        for (int i = 0; i < 6; i++) {
            Process jvm = ChildJvm.by().start(Hurrying.class, seconds);
            try (BufferedReader output = jvm.inputReader(UTF_8)) {
                assertThat(output.readLine()).isEqualTo("hurrying");
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(100_000_000, 200_000_000));
                jvm.destroyForcibly().waitFor();
                Eventually.holds(
                        "all containers are gone",
                        Duration.ofSeconds(3),
                        () -> Outside.processesCalledWith(seconds).isEmpty());
            }
        }
    }
}

package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Eventually;
import io.carrel.testing.NeedsController;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A command that does what it can to keep its init from running cannot keep its container from ending. */
@Tag("kernel")
@Tag("long")
@NeedsProgram({"perl", "chrt", "taskset"})
class HinderedInitTest {

    /** Much less than what the hindrance lasts, and enough for a machine that does much else. */
    private static final Duration SOON = Duration.ofSeconds(15);

    /** Stops the init where a group is the command's, and a process of its own wherever it can. */
    private static final String FREEZE = """
            sleep %1$s & own=$!
            for group in /sys/fs/cgroup /sys/fs/cgroup/*; do
                mkdir $group/f || continue
                for pid in 1 $own; do echo $pid > $group/f/cgroup.procs; done
                echo 1 > $group/f/cgroup.freeze || echo FROZEN > $group/f/freezer.state
            done 2> /dev/null
            """;

    /** Gives the init one processor only, that of a hundred others, and only when none of them wants it. */
    private static final String STARVE = """
            chrt -i -p 0 1; taskset -cp 0 1
            taskset -c 0 perl -e 'for (1..100) { if (!fork) { alarm 60; 1 while 1 } }' %1$s
            """;

    private final String seconds = Outside.unmistakableSeconds();

    /** What the command does to its init. */
    enum Hindrance {
        FREEZING(FREEZE),
        STARVING(STARVE);

        private final String script;

        Hindrance(String script) {
            this.script = script;
        }

        /**
         * The processor's time is counted by groups where there are some, and the init's is that of all others of its
         * group.
         */
        ContainerBuilder builder(String seconds) {
            ContainerBuilder builder = Container.builder()
                    .command(
                            "sh",
                            "-c",
                            "{ %s} > /dev/null 2>&1; echo x; exec sleep %s"
                                    .formatted(script.formatted(seconds), seconds));
            if (Cgroups.detect().controllers().containsAll(List.of(Controller.PIDS, Controller.CPU))) {
                builder.limits(Limits.builder().pids(200).cpus(2).build());
            }
            return this == FREEZING ? builder.delegateCgroup() : builder;
        }
    }

    /** How this JVM ends the container. */
    enum End {
        TIMEOUT,
        CLOSE,
        DESTROY;

        ExitStatus status(ContainerProcess process) throws Exception {
            if (this == CLOSE) {
                process.close();
            } else if (this == DESTROY) {
                process.destroyForcibly();
            }
            return process.awaitExit();
        }
    }

    @AfterEach
    void endWhatIsLeft() {
        Outside.processesCalledWith(seconds)
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private void assertThatAllEnds(long init) {
        Eventually.holds(
                "the command is gone",
                SOON,
                () -> Outside.processesCalledWith(seconds).isEmpty());
        Eventually.holds("its init is gone", SOON, () -> !Outside.isRunning(init));
    }

    private void assertThatItEnds(Hindrance hindrance, End end) throws Exception {
        ContainerBuilder builder = hindrance.builder(seconds);
        if (end == End.TIMEOUT) {
            builder.timeout(Eventually.patience(Duration.ofSeconds(5)));
        }
        try (ContainerProcess process = builder.build().start()) {
            assertThat(process.getInputStream().read()).isEqualTo('x');
            Instant begun = Instant.now();
            ExitStatus status = end.status(process);
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Eventually.patience(SOON));
            assertThat(status).isInstanceOf(end == End.TIMEOUT ? ExitStatus.TimedOut.class : ExitStatus.Signaled.class);
            assertThatAllEnds(process.pid());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStarvedInitIsEndedAllTheSame(End end) throws Exception {
        assertThatItEnds(Hindrance.STARVING, end);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("root")
    @NeedsController("pids")
    void whoMayStopProcessesInAGroupDoesNotOutliveItsEnd(End end) throws Exception {
        assertThatItEnds(Hindrance.FREEZING, end);
    }

    /** Starts a container that hinders its init, and waits for its end. */
    static final class Hindering {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess process = Hindrance.valueOf(arguments[0])
                    .builder(arguments[1])
                    .build()
                    .start()) {
                process.getInputStream().read();
                System.out.println(process.pid());
                process.waitFor();
            }
        }
    }

    private void assertThatItEndsWithItsJvm(Hindrance hindrance) throws Exception {
        Process jvm = ChildJvm.by().start(Hindering.class, hindrance.name(), seconds);
        try (BufferedReader output = jvm.inputReader(UTF_8)) {
            long init = Long.parseLong(output.readLine());
            jvm.destroyForcibly().waitFor();
            assertThatAllEnds(init);
        }
    }

    @Test
    void aStarvedInitEndsWithItsJvm() throws Exception {
        assertThatItEndsWithItsJvm(Hindrance.STARVING);
    }

    @Test
    @Tag("root")
    @NeedsController("pids")
    void nobodyWhoMayStopProcessesInAGroupStopsTheInitThere() throws Exception {
        assertThatItEndsWithItsJvm(Hindrance.FREEZING);
    }
}

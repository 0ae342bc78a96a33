package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.SetupException;
import io.carrel.namespaces.IdMap;
import io.carrel.outcome.HostStage;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Footprint;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Work of the host's in the middle of a start, which only a JVM without root's power needs: in a user namespace, so
 * that root can test it too.
 */
@Tag("kernel")
@Tag("long") // each of its containers waits for the host
@NeedsProgram("unshare")
class HostStepsTest {

    private static Container container(String seconds) {
        return Container.builder()
                .idMaps(IdMap.single(0, Outside.uid()), IdMap.single(0, Outside.gid()))
                .command("sleep", seconds)
                .build();
    }

    private static HostStep<?> step(String description, Consumer<HostResources> action) {
        return HostStep.doing(HostStage.MAP_IDS, HostStep.Moment.IDS, description, action);
    }

    private static String run(Class<?> main) throws Exception {
        return ChildJvm.by("unshare", "-Ur").run(main).success();
    }

    /** Has host steps that fail, and tells what happens. */
    static final class Failing {
        public static void main(String[] arguments) {
            String seconds = Outside.unmistakableSeconds();
            HostStep<?> fails = step("fails", start -> {
                if (!Outside.isRunning(start.pid())
                        || Outside.children(ProcessHandle.current().pid()).isEmpty()) {
                    throw new IllegalArgumentException("no process waits for the host");
                }
                throw new IllegalStateException("the host refuses");
            });
            HostStep<?> never = step("never", start -> {
                throw new IllegalStateException("a step after the one that failed");
            });
            Plan plan = container(seconds).plan().withIdSteps(List.of(fails, never));
            try {
                Container.unconfined().command("true").build().start().close();
                plan.start().close();
            } catch (IllegalStateException warmUp) {
                // now everything is there that stays
            }
            Footprint before = Footprint.now();
            try {
                plan.start().close();
                System.out.println("started");
            } catch (IllegalStateException e) {
                before.assertNothingAdded();
                System.out.println(
                        e.getMessage() + " in " + HostStage.ofFailure(e).orElseThrow() + ", "
                                + Outside.processesCalledWith(seconds).size() + " left");
            }
        }
    }

    @Test
    void aFailureIsPassedOnAndLeavesNothing() throws Exception {
        assertThat(run(Failing.class)).isEqualTo("the host refuses in MAP_IDS, 0 left");
    }

    /** Prints its plan, and what it says without a step that maps the ids. */
    static final class Explaining {
        public static void main(String[] arguments) {
            Container container = container("1000");
            System.out.println(container.explain());
            try {
                container.plan().withIdSteps(List.of()).start().close();
                System.out.println("started");
            } catch (SetupException e) {
                System.out.println(e.step() + ": " + e.errno());
            }
        }
    }

    @Test
    void theyAreExplained() throws Exception {
        assertThat(run(Explaining.class)).contains("""
                        host, while the container's first process waits:
                          newuidmap PID 0 0 1
                          newgidmap PID 0 0 1
                        """);
    }

    @Test
    void withoutThemTheContainerHasNoIds() throws Exception {
        assertThat(run(Explaining.class)).endsWith("become root in the container: EPERM (1)");
    }
}

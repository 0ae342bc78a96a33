package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.Container;
import io.carrel.ContainerProcess;
import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands about limits, on a container of this JVM. */
@Tag("kernel")
@Tag("long")
@Tag("root")
class LimitCommandsKernelTest {

    private static final Limits LIMITS =
            Limits.builder().memory(Bytes.mebibytes(64)).pids(50).build();
    private static final String HOG = "dd if=/dev/zero of=/dev/null bs=256M count=1; exit $?";

    /** Containers begin and end all the time that the table is made. */
    @Test
    void usageIsToldWhileContainersComeAndGo() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        Container brief = Container.builder().limits(LIMITS).command("true").build();
        CompletableFuture<Integer> comers = CompletableFuture.supplyAsync(() -> {
            int count = 0;
            for (; !isOver.get(); count++) {
                try {
                    brief.run();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return count;
        });
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        for (int round = 0; round < 4; round++) {
            StandardOutput out = new StandardOutput(new ByteArrayOutputStream(), false);
            int code = Main.run(out, new StandardOutput(err, false), "stats", "--no-stream");
            assertThat(code).as(err.toString(UTF_8)).isZero();
        }
        isOver.set(true);
        assertThat(comers.join()).isPositive();
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void aCommandThatTheKernelKillsForWantOfMemoryEndsWith137() throws Exception {
        Cli result = Cli.carrel("run", "--memory", "64m", "--pids-limit", "20", "--", "sh", "-c", HOG);

        assertThat(result.code()).as(result.err()).isEqualTo(137);
        assertThat(result.err())
                .as("dd is killed, and the shell ends with its code")
                .contains("carrel: the kernel killed 1 of the container's processes: out of memory");
    }

    @Test
    void aDelegatedGroupIsDividedInsideAndKeepsItsLimit() throws Exception {
        String script = """
                top=/sys/fs/cgroup
                for below in memory unified; do [ -e $top/$below/memory.stat ] && top=$top/$below; done
                limit=memory.max; [ -e $top/$limit ] || limit=memory.limit_in_bytes
                mkdir $top/below 2>/dev/null && echo divided
                echo 1073741824 2>/dev/null > $top/$limit
                cat $top/$limit
                """;

        assertThat(Cli.carrel("run", "--memory", "64m", "--delegate-cgroup", "--", "sh", "-c", script)
                        .out())
                .isEqualTo("divided\n67108864\n");
        assertThat(Cli.carrel("run", "--memory", "64m", "--", "sh", "-c", script)
                        .out())
                .isEqualTo("67108864\n");
    }

    @Test
    void limitsThatCannotHoldAreRefused() throws Exception {
        assertThat(Cli.carrel("run", "--memory", "much", "--", "true").err()).contains("not an amount of bytes");
        assertThat(Cli.carrel("run", "--memory", "-1", "--", "true").code()).isEqualTo(125);
        assertThat(Cli.carrel("run", "--memory", "64m", "--memory-swap", "32m", "--", "true")
                        .err())
                .contains("less than --memory");
        assertThat(Cli.carrel("run", "--device-read-bps", "/dev/null=1m", "--", "true")
                        .err())
                .contains("/dev/null");
        assertThat(Cli.carrel("run", "--cpus", "-2", "--", "true").code()).isEqualTo(125);
    }

    @Test
    void aRunningContainerIsShownChangedAndStopped() throws Exception {
        Cgroup group;
        try (ContainerProcess container = Container.builder()
                .limits(LIMITS)
                .command("sleep", "1000")
                .build()
                .start()) {
            String pid = Long.toString(container.pid());
            group = container.cgroup().orElseThrow();

            assertThat(Cli.carrel("stats", "--no-stream", pid).out().lines().toList())
                    .hasSize(2)
                    .anySatisfy(line -> assertThat(line).startsWith(pid).contains("/ 64.0MiB"));
            assertThat(Cli.carrel("top", pid).out()).contains(" sleep 1000\n").doesNotContain("memfd");
            assertThat(Cli.carrel("cgroup", "show", pid).out()).contains("memory.max=64m");
            assertThat(Cli.carrel("cgroup", "tree").out()).contains(group.name());

            assertThat(Cli.carrel("update", "--memory", "32m", pid)).isEqualTo(new Cli(0, "", ""));
            assertThat(group.limits().memory()).contains(Bytes.mebibytes(32));
            assertThat(Cli.carrel("update", "--pids-limit", "1", pid).code()).isEqualTo(125);
            // On v1 it needs a further directory, which is to go with the container.
            assertThat(Cli.carrel("update", "--cpus", "1.5", pid)).isEqualTo(new Cli(0, "", ""));
            assertThat(Cli.carrel("cgroup", "show", pid).out()).contains("cpu.max=150000");

            assertThat(Cli.carrel("pause", pid)).isEqualTo(new Cli(0, pid + "\n", ""));
            assertThat(group.freezer().isFrozen()).isTrue();
            assertThat(Cli.carrel("pause", pid)).isEqualTo(new Cli(1, "", "carrel: " + pid + " is paused already\n"));
            assertThat(Cli.carrel("unpause", pid)).isEqualTo(new Cli(0, pid + "\n", ""));
            assertThat(group.freezer().isFrozen()).isFalse();
        }
        assertThat(Cgroups.detect().tree()).extracting(Cgroups.Entry::name).doesNotContain(group.name());
    }

    /** So each can be paused, measured, and limited later. */
    @Test
    void aContainerHasAGroupWithoutLimits() throws Exception {
        Process run = Cli.start("run", "--rm", "--name", "unlimited", "--", "sh", "-c", "echo ready; exec cat");
        try {
            assertThat((char) run.getInputStream().read()).isEqualTo('r');
            assertThat(Cli.carrel("pause", "unlimited")).isEqualTo(new Cli(0, "unlimited\n", ""));
            assertThat(Cli.carrel("unpause", "unlimited")).isEqualTo(new Cli(0, "unlimited\n", ""));
            assertThat(Cli.carrel("stats", "--no-stream", "unlimited").out().lines())
                    .hasSize(2);
            assertThat(Cli.carrel("update", "--pids-limit", "7", "--memory", "64m", "unlimited"))
                    .isEqualTo(new Cli(0, "", ""));
            assertThat(Cli.carrel("cgroup", "show", "unlimited").out()).contains("pids.max=7", "memory.max=64m");
        } finally {
            run.getOutputStream().close();
            run.waitFor();
        }
    }

    @Test
    void aProcessWithoutAGroupOfCarrelsIsNoContainer() throws Exception {
        Cli result = Cli.carrel("pause", Long.toString(ProcessHandle.current().pid()));

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).contains("has no cgroup of its own");
    }

    @Test
    void groupsOfOnesOwnAreMadeChangedAndRemoved() throws Exception {
        String name = "test-" + ProcessHandle.current().pid();
        Process sleep = new ProcessBuilder("sleep", "1000").start();
        try {
            assertThat(Cli.carrel("cgroup", "create", "--pids-limit", "9", name).out())
                    .contains("/" + name);
            assertThat(Cli.carrel("cgroup", "set", "--pids-limit", "7", name)).isEqualTo(new Cli(0, "", ""));
            assertThat(Cgroups.detect().find(name).orElseThrow().limits().pids())
                    .hasValue(7);
            assertThat(Cli.carrel("cgroup", "add", name, Long.toString(sleep.pid()))
                            .code())
                    .isZero();
            assertThat(Cgroups.detect().find(name).orElseThrow().processes()).isEqualTo(List.of(sleep.pid()));
        } finally {
            sleep.destroyForcibly().waitFor();
            assertThat(Cli.carrel("cgroup", "rm", name)).isEqualTo(new Cli(0, "", ""));
        }
        assertThat(Cgroups.detect().find(name)).isEmpty();
    }

    @Test
    void containersBelowAGroupShareItsLimits() throws Exception {
        String name = "parent-" + ProcessHandle.current().pid();
        assertThat(Cli.carrel("run", "--cgroup-parent", name, "--", "true").err())
                .contains("there is no cgroup \"" + name + "\"");
        try {
            Cli.carrel("cgroup", "create", "--memory", "64m", name);
            assertThat(Cli.carrel("run", "--cgroup-parent", name, "--", "sh", "-c", HOG)
                            .code())
                    .isEqualTo(137);
            assertThat(Cli.carrel("run", "--cgroup-parent", name, "--memory", "65m", "--", "true")
                            .err())
                    .contains("memory.max=65m is above what the group");
        } finally {
            assertThat(Cli.carrel("cgroup", "rm", name)).isEqualTo(new Cli(0, "", ""));
        }
    }
}

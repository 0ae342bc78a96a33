package io.carrel;

import static io.carrel.testing.IdleContainer.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.Capability;
import io.carrel.linux.RLimit;
import io.carrel.linux.SetupException;
import io.carrel.linux.program.Step;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.testing.NeedsController;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a running container executes besides its command is what the command is. */
@Tag("kernel")
class ExecIdentityTest {

    private static final String SELF =
            "grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Umask|Sig(Blk|Ign))' /proc/self/status; readlink"
                    + " /proc/self/ns/*; cat /proc/self/cgroup; id; pwd; ulimit -n; cat /proc/self/oom_score_adj";

    private static void isWhatTheCommandIs(ContainerBuilder builder) throws Exception {
        String wanted = "%s; echo .; cat > /dev/null".formatted(SELF);
        try (ContainerProcess container =
                builder.command("sh", "-c", wanted).build().start()) {
            StringBuilder own = new StringBuilder();
            while (!own.toString().endsWith("\n.\n")) {
                own.append((char) container.getInputStream().read());
            }
            for (int i = 0; i < 2; i++) {
                assertThat(output(container.exec("sh", "-c", SELF + "; echo .")))
                        .isEqualTo(own.toString());
            }
        }
    }

    @Test
    void itIsWhatTheCommandIs() throws Exception {
        isWhatTheCommandIs(Container.builder());
    }

    @Test
    void itHasItsCapabilitiesAndLimits() throws Exception {
        isWhatTheCommandIs(Container.builder()
                .user(User.of(0, 0))
                .capabilities(Capability.NET_BIND_SERVICE, Capability.CHOWN)
                .workingDirectory("/tmp")
                .rlimit(RLimit.of(RLimit.Resource.NOFILE, 77)));
    }

    @Test
    void itHasWhatAnUnconfinedCommandWithAnInitHas() throws Exception {
        isWhatTheCommandIs(Container.unconfined()
                .init(true)
                .isolate(NamespaceType.USER)
                .isolate(NamespaceType.PID)
                .isolate(NamespaceType.MOUNT));
    }

    @Test
    @Tag("root")
    void itIsTheCommandsUser() throws Exception {
        isWhatTheCommandIs(Container.builder().user(User.of(1, 2)).capabilities(Capability.NET_BIND_SERVICE));
    }

    @Test
    @Tag("root")
    @NeedsController("pids")
    void itIsInTheCommandsGroup() throws Exception {
        isWhatTheCommandIs(Container.builder().limits(Limits.builder().pids(20).build()));
    }

    @Test
    @Tag("root")
    @NeedsController("pids")
    void itIsInAGroupThatIsTheCommands() throws Exception {
        isWhatTheCommandIs(
                Container.builder().limits(Limits.builder().pids(20).build()).delegateCgroup());
    }

    /** The steps that all containers have fail in the tests of module linux. */
    private static void isRefusedWithout(String step, ContainerBuilder builder) throws Exception {
        Plan plan = builder.command("sh", "-c", "echo ready; cat > /dev/null")
                .build()
                .plan();
        List<String> steps = plan.program().steps().stream().map(Step::reason).toList();
        assertThat(steps).contains(step);
        try (ContainerProcess container =
                plan.withFailingCall(steps.indexOf(step)).start()) {
            assertThat(container.getInputStream().read()).isEqualTo('r');
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> container.exec("true"))
                        .isInstanceOf(SetupException.class)
                        .hasMessageContaining(step);
            }
            assertThat(container.isAlive()).isTrue();
        }
    }

    @Test
    @Tag("root")
    void whatItCannotHaveAgainIsNamed() throws Exception {
        isRefusedWithout("have again what the command had", Container.builder());
    }

    /** Outside of the group it would have no limits. */
    @Test
    @Tag("root")
    @NeedsController("pids")
    void itRunsInTheCommandsGroupOrNowhere() throws Exception {
        isRefusedWithout(
                "enter the command's cgroup",
                Container.builder().limits(Limits.builder().pids(20).build()).delegateCgroup());
    }

    /** Nothing of the JVM's or the init's comes along but the streams. */
    @Test
    void itHasNoDescriptorBesides() throws Exception {
        try (ContainerProcess container =
                Container.builder().command("cat").build().start()) {
            assertThat(output(container.exec("sh", "-c", "ls /proc/$$/fd; ls -l /proc/1/fd 2>&1 | tail -1"))
                            .lines()
                            .collect(Collectors.toList()))
                    .startsWith("0", "1", "2")
                    .last()
                    .asString()
                    .contains("denied");
        }
    }

    @Test
    void itIsListed() {
        assertThat(List.of(Container.builder().command("true").build().explain().split("\n")))
                .anySatisfy(line -> assertThat(line).contains("recvmsg").contains("what to execute"));
    }
}

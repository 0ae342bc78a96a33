package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.SetupException;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Footprint;
import io.carrel.testing.NeedsProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hosts where namespaces are forbidden. Such a host is a user namespace, made by {@code unshare}, with limits of zero.
 */
@Tag("kernel")
@Tag("long")
@NeedsProgram("unshare")
class ForbiddenNamespacesTest {

    private static ChildJvm onHostWithout(String kind) {
        String script = "echo 0 > /proc/sys/user/max_%s_namespaces && exec \"$@\"".formatted(kind);
        return ChildJvm.by("unshare", "-Ur", "sh", "-c", script, "sh");
    }

    /** Tries the default container and prints what it is told. */
    static final class Attempt {
        public static void main(String[] arguments) throws Exception {
            Container.unconfined().command("true").build().run();
            Container container = Container.builder().command("true").build();
            container.plan();
            Footprint before = Footprint.now();
            try {
                container.start().close();
                System.out.println("started");
            } catch (SetupException e) {
                before.assertNothingAdded();
                System.out.printf(
                        "%s|%s|%s%n%s%n", e.step(), e.call(), e.errno().symbol(), e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "mnt", "net", "cgroup"})
    void theLimitIsNamedWithItsRemedy(String kind) throws Exception {
        String output = onHostWithout(kind).run(Attempt.class).success();
        assertThat(output.lines().findFirst())
                .hasValueSatisfying(
                        line -> assertThat(line).matches("create .*namespaces?\\|(clone|unshare)\\|ENOSPC"));
        assertThat(output)
                .endsWith("This host allows no %1$s namespaces: user.max_%1$s_namespaces is 0. Allow them by sysctl"
                                .formatted(kind)
                        + " user.max_%s_namespaces=65536.".formatted(kind));
    }

    @Test
    @NeedsProgram("chroot")
    void aChrootThatForbidsUserNamespacesIsMentioned() throws Exception {
        ChildJvm jvm =
                ChildJvm.by("unshare", "-Urm", "sh", "-c", "mount --rbind / /mnt && exec chroot /mnt \"$@\"", "sh");
        String output = jvm.run(Attempt.class).success();
        assertThat(output.lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).matches("create .*namespaces?\\|clone\\|EPERM"));
        assertThat(output).contains("User namespaces are forbidden here", "chroot");
    }

    /** Prints what the probe finds. */
    static final class Probing {
        public static void main(String[] arguments) {
            HostReport report = Host.probe();
            System.out.println(report.works());
            System.out.println(report);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "net"})
    void theProbeNamesReasonAndRemedy(String kind) throws Exception {
        String output = onHostWithout(kind).run(Probing.class).success();
        assertThat(output).startsWith("false\n");
        String remedy =
                "    remedy: This host allows no %1$s namespaces: user.max_%1$s_namespaces is 0.".formatted(kind);
        assertThat(output.lines().filter(line -> line.startsWith("NO  default container")))
                .singleElement()
                .asString()
                .matches(".* cannot create .*namespaces?: (clone|unshare): ENOSPC \\(28\\)");
        assertThat(output.lines().filter(line -> line.startsWith(remedy))).isNotEmpty();
        assertThat(output.lines().filter(line -> line.startsWith("NO  " + kind + " namespace")))
                .hasSize(1);
        if (kind.equals("net")) {
            assertThat(output).contains("yes mnt namespace", "yes private /proc");
        }
    }

    /** Where the host's /proc is partly covered, as containers do it, no other may be mounted. */
    @Test
    void aCoveredProcIsNamedWithItsRemedy() throws Exception {
        ChildJvm jvm = ChildJvm.by("unshare", "-Urm", "sh", "-c", "mount -t tmpfs none /proc/irq && exec \"$@\"", "sh");
        String output = jvm.run(Attempt.class).success();
        assertThat(output.lines().findFirst()).hasValue("mount a private /proc|mount|EPERM");
        assertThat(output).contains("/proc is partly covered", "unmask=ALL");
        assertThat(jvm.run(Probing.class).success())
                .contains("NO  private /proc", "    remedy: The host's /proc is partly covered");
    }
}

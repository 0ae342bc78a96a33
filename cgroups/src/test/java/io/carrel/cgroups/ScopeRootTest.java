package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.internal.hierarchy.Hierarchies;
import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.cgroups.internal.tree.Removal;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.systemd.TestManager;
import io.carrel.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that asks for a scope, over a real bus: dbus-daemon's. Who answers there is the test's, not systemd. */
@Tag("root")
@Tag("long") // it starts JVM after JVM and says nothing about kernels
@EnabledIf(value = "isMounted", disabledReason = "cgroup v2 is not mounted here")
class ScopeRootTest {

    private static final String UNIT = "carrel-test-%d.scope";

    @TempDir
    private Path directory = Path.of("/");

    private Placement parent = new Placement(unified().orElseThrow(), Path.of("/"));

    static boolean isMounted() {
        return unified().isPresent();
    }

    private static Optional<Hierarchy> unified() {
        return Hierarchies.detect().stream()
                .filter(hierarchy -> hierarchy.version() == CgroupVersion.V2)
                .findFirst();
    }

    @BeforeEach
    void makeGroup() {
        Placement root =
                new Placement(unified().orElseThrow(), unified().orElseThrow().mountPoint());
        parent = root.child("carrel-scopes-" + ProcessHandle.current().pid());
        Directories.makeParent(root, parent, EnumSet.copyOf(LeafMain.controllers()));
        Directories.enable(parent, EnumSet.copyOf(LeafMain.controllers()));
    }

    @AfterEach
    void removeGroup() {
        Removal.remove(parent.directory(), Duration.ofSeconds(10));
    }

    @Test
    void theJvmIsInItsScopeAndMakesGroupsThere() throws Exception {
        try (Bus bus = new Bus(directory);
                TestManager manager = new TestManager(bus.address(), parent.directory(), unit -> "done")) {
            assertThat(manager.getObjectPath()).isEqualTo("/org/freedesktop/systemd1");
            Jvm jvm = Jvm.run(bus.address());

            String scope = parent.directory().resolve(UNIT.formatted(jvm.pid)).toString();
            assertThat(jvm.lines).hasSize(3);
            assertThat(jvm.lines.get(0)).startsWith(scope + "/carrel/jvm-").endsWith("/limited");
            assertThat(jvm.lines.get(1)).isNotEmpty();
            assertThat(jvm.lines.get(2)).endsWith("/" + UNIT.formatted(jvm.pid) + "/jvm");
        }
    }

    @Test
    void aScopeThatIsNotMadeIsRefusedWithWhatIsMissing() throws Exception {
        try (Bus bus = new Bus(directory);
                TestManager manager = new TestManager(bus.address(), parent.directory(), unit -> "failed")) {
            assertThat(manager.getObjectPath()).isNotEmpty();
            assertThat(Jvm.run(bus.address()).lines)
                    .singleElement()
                    .asString()
                    .contains("its job ended with failed", "Controllers missing without it: [", "Delegate=yes");
        }
    }

    @Test
    void aBusWithoutSystemdIsRefusedWithTheRemedy() throws Exception {
        try (Bus bus = new Bus(directory)) {
            assertThat(Jvm.run(bus.address()).lines)
                    .singleElement()
                    .asString()
                    .contains("org.freedesktop.systemd1", "systemctl edit user@.service");
        }
    }

    @Test
    void whereThereIsNoBusItIsRefusedWithTheRemedy() throws Exception {
        assertThat(Jvm.run("unix:path=" + directory.resolve("none")).lines)
                .singleElement()
                .asString()
                .contains(
                        "this user has no D-Bus", "Controllers missing", "systemd-run --user --scope -p Delegate=yes");
    }

    /** A bus of the test's own. */
    private static final class Bus implements AutoCloseable {

        private final Process daemon;
        private final String address;

        Bus(Path directory) throws IOException {
            daemon = new ProcessBuilder(
                            "dbus-daemon",
                            "--session",
                            "--nofork",
                            "--nopidfile",
                            "--nosyslog",
                            "--print-address",
                            "--address=unix:path=" + directory.resolve("bus"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // Printed when it listens.
            address = daemon.inputReader().readLine();
        }

        String address() {
            return address;
        }

        @Override
        public void close() throws InterruptedException {
            daemon.destroy();
            daemon.waitFor();
        }
    }

    /** A JVM that has run to its end, with what it printed. */
    private record Jvm(long pid, List<String> lines) {

        static Jvm run(String bus) throws IOException, InterruptedException {
            ProcessBuilder builder = new ProcessBuilder(ChildJvm.by().command(ScopeMain.class))
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("DBUS_SYSTEM_BUS_ADDRESS", bus);
            Process process = builder.start();
            try (var reader = process.inputReader()) {
                List<String> lines = reader.lines().toList();
                assertThat(process.waitFor()).isZero();
                return new Jvm(process.pid(), lines);
            }
        }
    }
}

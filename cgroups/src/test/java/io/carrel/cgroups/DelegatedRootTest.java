package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Hierarchies;
import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.cgroups.internal.tree.Removal;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** A JVM in a v2 group that was delegated to it, as systemd does. */
@Tag("root")
@EnabledIf(value = "isMounted", disabledReason = "cgroup v2 is not mounted here")
class DelegatedRootTest {

    private Placement delegated = new Placement(unified().orElseThrow(), Path.of("/"));

    static boolean isMounted() {
        return unified().isPresent();
    }

    private static Optional<Hierarchy> unified() {
        return Hierarchies.detect().stream()
                .filter(hierarchy -> hierarchy.version() == CgroupVersion.V2)
                .findFirst();
    }

    @BeforeEach
    void delegate() {
        Hierarchy hierarchy = unified().orElseThrow();
        Placement root = new Placement(hierarchy, hierarchy.mountPoint());
        delegated = root.child("carrel-delegated-" + ProcessHandle.current().pid());
        Set<Controller> controllers = EnumSet.copyOf(LeafMain.controllers());
        Directories.makeParent(root, delegated, controllers);
        try (AttributeCalls calls = new AttributeCalls();
                Descriptor directory =
                        Kernel.open("Cannot test", delegated.directory().toString(), Fcntl.O_DIRECTORY)) {
            assertThat(calls.set(directory, "trusted.delegate", "1".getBytes(StandardCharsets.US_ASCII)))
                    .isZero();
        }
    }

    @AfterEach
    void remove() {
        Removal.remove(delegated.directory(), Duration.ofSeconds(10));
    }

    /** Where all that limits is on v1, groups of v2 get nothing from the one above, and nobody is in their way. */
    private static boolean dividesNothing() {
        return Collections.disjoint(unified().orElseThrow().controllers(), LeafMain.controllers());
    }

    @Test
    void theJvmIsInTheWayUntilItMovesToALeaf() throws Exception {
        Process jvm = ChildJvm.by().start(LeafMain.class);
        try (var reader = jvm.inputReader()) {
            GroupFile.write("Cannot test", delegated.file("cgroup.procs"), Long.toString(jvm.pid()));
            jvm.outputWriter().write("\n");
            jvm.outputWriter().flush();
            String early = reader.readLine();
            if (dividesNothing()) {
                assertThat(early).isEqualTo(LeafMain.MADE_EARLY);
            } else {
                assertThat(early)
                        .contains("processes are in it themselves ([" + jvm.pid() + "])")
                        .contains("moveJvmToLeaf");
            }
            assertThat(reader.readLine()).contains(delegated + "/carrel/jvm-").contains("/late");
            assertThat(reader.readLine()).isEqualTo("/" + delegated.directory().getFileName() + "/app");
            assertThat(jvm.waitFor()).isZero();
        } finally {
            jvm.destroyForcibly().waitFor();
        }
    }
}

package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.cgroups.internal.hierarchy.Hierarchies;
import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.systemd.Buses;
import io.carrel.cgroups.internal.systemd.Scope;
import io.carrel.cgroups.internal.tree.Base;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Has systemd put this JVM into a scope that is delegated to it. */
final class DelegatedScope {

    private static final String FEATURE = "delegated scope of systemd";
    /** How long systemd may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private DelegatedScope() {}

    static Cgroups request(String name) {
        long pid = ProcessHandle.current().pid();
        String unit = "carrel-%s-%d.scope".formatted(name, pid);
        ask(unit, pid);
        // The scope itself, as not every systemd of a user marks it as given away (252 does not).
        HostHierarchies inside = HostHierarchies.of(
                Hierarchies.detect(), hierarchy -> in(hierarchy, unit).or(() -> Base.of(hierarchy)));
        checkState(
                inside.all().stream().anyMatch(hierarchy -> in(hierarchy, unit).isPresent()),
                "systemd said that it has moved this JVM into %s, but it is in %s",
                unit,
                Cgroups.pathsOf(pid));
        return new Cgroups(inside).moveJvmToLeaf("jvm");
    }

    private static void ask(String unit, long pid) {
        String remedy =
                "Controllers missing without it: %s. Start the program by \"systemd-run --user --scope -p Delegate=yes\","
                                .formatted(Cgroups.detect().missing().keySet())
                        + " or have them delegated by \"systemctl edit user@.service\" with [Service] Delegate=yes.";
        String bus = Buses.current()
                .orElseThrow(() -> new UnsupportedFeatureException(FEATURE, "this user has no D-Bus. " + remedy));
        try {
            Scope.request(bus, unit, pid, PATIENCE, remedy);
        } catch (LinkageError e) { // Without the second the first cannot initialize its classes.
            throw new UnsupportedFeatureException(
                    FEATURE,
                    "the libraries com.github.hypfvieh:dbus-java-core and"
                            + " com.github.hypfvieh:dbus-java-transport-native-unixsocket are not both there (" + e
                            + "). " + remedy);
        }
    }

    private static Optional<Path> in(Hierarchy hierarchy, String unit) {
        return hierarchy.currentDirectory().filter(group -> group.endsWith(unit));
    }
}

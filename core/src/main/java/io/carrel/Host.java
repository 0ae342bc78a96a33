package io.carrel;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Controller;
import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.network.UserNetworkMode;
import io.carrel.linux.NativeAccess;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.IdRange;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.SubordinateIds;
import io.carrel.netns.UserMode;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The host that containers start on. Thread-safe. */
public final class Host {

    static final String DEFAULT_START = "default container";

    private Host() {}

    /**
     * Tries what containers need, by starting some in which no command runs, and returns what works, what does not,
     * why, and what to do about it. Any user may call this. It takes some tens of milliseconds and leaves nothing on
     * the host.
     */
    public static HostReport probe() {
        String system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            return new HostReport(
                    system,
                    List.of(Feature.missing(
                            DEFAULT_START,
                            "Carrel uses namespaces, which only Linux has",
                            "Run the program on Linux, in a virtual machine or in WSL 2.")));
        }
        Optional<UnsupportedFeatureException> noCalls = NativeAccess.problem();
        if (noCalls.isPresent()) {
            return new HostReport(
                    system, List.of(Feature.missing(DEFAULT_START, noCalls.get().reason(), "")));
        }
        ImmutableList.Builder<Feature> features = ImmutableList.builder();
        features.add(Trial.of(DEFAULT_START, "seven namespaces, private root", Container.builder()));
        for (NamespaceType type : NamespaceType.values()) {
            if (type != NamespaceType.TIME) {
                features.add(Trial.of(
                        type.label() + " namespace",
                        "can be made",
                        Container.unconfined().isolate(NamespaceType.USER).isolate(type)));
            }
        }
        features.add(Trial.of(
                "private /proc",
                "can be mounted",
                Container.unconfined()
                        .isolate(NamespaceType.USER)
                        .isolate(NamespaceType.MOUNT)
                        .isolate(NamespaceType.PID)));
        features.addAll(identity());
        features.addAll(HostKernel.features(HostIdentity.current().isPrivileged()));
        features.add(userMode());
        features.add(limits(Cgroups.detect()));
        features.add(Feature.missing("seccomp filter", "this version of Carrel installs none", ""));
        return new HostReport(HostKernel.describe(), features.build());
    }

    private static List<Feature> identity() {
        HostIdentity identity = HostIdentity.current();
        if (identity.isPrivileged()) {
            IdMapping users = identity.highUsers().mappings().get(0);
            String range = "%d users from %d on".formatted(users.count(), users.outsideId());
            Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
            return List.of(
                    Feature.working("ids of containers", range),
                    Trial.of(
                            "idmapped binds",
                            "on " + temporary,
                            Container.builder().bind(HostPath.of(temporary), "/bind", Access.READ_ONLY)));
        }
        return List.of(
                Feature.working("ids of containers", "one, user " + identity.uid()),
                subordinate(SubordinateIds.ofCurrentUser(), identity));
    }

    private static Feature userMode() {
        String name = "network in user mode";
        List<UserMode> programs = List.of(UserMode.values());
        return UserNetworkMode.find(programs)
                .map(found -> Trial.of(
                        name, "by " + found.program(), Container.builder().network(Network.userMode(found))))
                .orElseGet(() -> Feature.missing(
                        name, "neither pasta nor slirp4netns is installed", UserNetworkMode.remedy(programs)));
    }

    private static Feature limits(Cgroups cgroups) {
        String name = "limits by cgroups";
        Set<Controller> missing = EnumSet.of(Controller.MEMORY, Controller.CPU, Controller.PIDS);
        missing.removeAll(cgroups.controllers());
        return missing.isEmpty()
                ? Feature.working(name, "%s: %s".formatted(cgroups.layout(), cgroups.controllers()))
                : Feature.missing(
                        name,
                        missing + " cannot be used by this user",
                        "Only containers with limits need them: have them delegated, by systemd with Delegate=yes in"
                                + " user@.service, or in a scope or service of the program's own.");
    }

    /** More ids than one's own, for those who need them. */
    private static Feature subordinate(SubordinateIds granted, HostIdentity identity) {
        String name = "subordinate ids";
        if (granted.users().isEmpty() || granted.groups().isEmpty()) {
            return Feature.missing(
                    name,
                    "/etc/subuid or /etc/subgid grants none to this user",
                    "Only containers with more than one id need them: usermod --add-subuids 100000-165535"
                            + " --add-subgids 100000-165535 USER.");
        }
        return Trial.of(
                name,
                "%s users".formatted(granted.users().get(0).count()),
                Container.builder()
                        .idMaps(
                                map(identity.uid(), granted.users().get(0)),
                                map(identity.gid(), granted.groups().get(0))));
    }

    private static IdMap map(long own, IdRange granted) {
        return IdMap.of(new IdMapping(0, own, 1), granted.mappedTo(1));
    }
}

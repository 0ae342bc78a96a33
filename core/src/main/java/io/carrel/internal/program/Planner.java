package io.carrel.internal.program;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.internal.FileSystemSpec;
import io.carrel.fs.internal.FileSystemSteps;
import io.carrel.fs.internal.FuseProgram;
import io.carrel.internal.cgroup.PlannedCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.spec.JoinedNamespace;
import io.carrel.internal.spec.Stacking;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.RLimit;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.launch.Barrier;
import io.carrel.linux.launch.CgroupEntry;
import io.carrel.linux.launch.Execution;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProcessTree;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the program that starts a container: the one place that knows the order of its steps. What takes the host's
 * privileges comes first, what needs those of the container's own user namespace next, and then they are given up.
 */
public final class Planner {

    private final ContainerSpec spec;
    private final Identity identity;
    private final FileSystemSteps files;
    private final CgroupEntry cgroup;
    private final ProcessTree tree;
    private final ProgramBuilder program;
    private final Barrier opened;
    private final Barrier fuseMounted;
    private final Barrier fuseRuns;
    private final Barrier mapped;
    private final Barrier network;
    private final Barrier loopback;
    private final NetworkSteps networkSteps;

    private boolean networkJoined;

    private Planner(ContainerSpec spec, HostIdentity host, @Nullable HostPath upper, PlannedCgroup planned) {
        this.spec = spec;
        cgroup = planned.entry();
        tree = new ProcessTree(cgroup);
        program = tree.program();
        opened = tree.barrier("the container's first process");
        mapped = tree.barrier("its ids");
        network = tree.barrier("its network");
        loopback = tree.barrier("lo");
        fuseMounted = tree.barrier("the mount of " + FuseProgram.NAME);
        fuseRuns = tree.barrier(FuseProgram.NAME);
        boolean wanted = spec.network().needsHost();
        networkSteps = new NetworkSteps(
                program, wanted ? Launcher.FIRST_PASSED + spec.joined().size() : 0);
        identity = Identity.of(spec, host);
        files = new FileSystemSteps(
                program,
                new FileSystemSpec(
                        spec.files().root(),
                        new FileSystemSpec.Layers(
                                stacking(),
                                upper,
                                spec.files().owners().real(),
                                spec.isolation().rights().setUserIds()),
                        new FileSystemSpec.Additions(
                                spec.identity().hostname().orElse(null),
                                spec.command().directory()),
                        ImmutableList.<Mount>builder()
                                .addAll(spec.files().mounts())
                                .addAll(planned.mount().stream().toList())
                                .build(),
                        new FileSystemSpec.Own(
                                spec.creates(NamespaceType.PID),
                                spec.creates(NamespaceType.NETWORK),
                                spec.creates(NamespaceType.IPC)),
                        new FileSystemSpec.KernelFiles(
                                spec.files().hidesKernelFiles(identity.mayBeHostsRoot()),
                                spec.creates(NamespaceType.NETWORK)
                                        || !spec.files().sysctls().isEmpty()),
                        new FileSystemSpec.Binds(identity.needsLauncher(), Kernel.implemented(Syscall.MOUNT_SETATTR))));
    }

    /** How many descriptors the launcher begins with, besides those that all have. */
    private int passed() {
        return spec.joined().size() + (spec.network().needsHost() ? 1 : 0);
    }

    private FileSystemSpec.Stacking stacking() {
        if (spec.files().isCopied()) {
            return new FileSystemSpec.Stacking.ByCopy();
        }
        return spec.files()
                .fused()
                .map(fused -> (FileSystemSpec.Stacking) new FileSystemSpec.Stacking.ByFuse(fuse(fused)))
                .orElseGet(FileSystemSpec.Stacking.ByKernel::new);
    }

    /** The number of its descriptor is the first that nothing is passed on by. */
    private FuseProgram fuse(Stacking.Fused fused) {
        int descriptor = Launcher.FIRST_PASSED + passed() + cgroup.count();
        return new FuseProgram(fused.program(), descriptor, identity.rootInside());
    }

    /**
     * Makes the program for this host.
     *
     * @param upper the host's directory for the changes in an overlay, null where they are in memory
     * @param cgroup how the container comes into its cgroup and sees it
     */
    public static SyscallProgram plan(
            ContainerSpec spec, HostIdentity host, @Nullable HostPath upper, PlannedCgroup cgroup) {
        Planner planner = new Planner(spec, host, upper, cgroup);
        return spec.hasInit() ? planner.withInit() : planner.withoutInit();
    }

    private SyscallProgram withInit() {
        Label launcher = new Label("launcher");
        Label init = new Label("init");
        beginLauncher();
        tree.cloneInit(namespacesOfClone(), launcher);
        prepare();
        OptionalLong supervisor = supervisor();
        Privileges privileges = new Privileges(program);
        if (supervisor.isPresent()) {
            privileges.beginToSuperviseAs(supervisor.getAsLong());
        } else {
            giveUpPrivileges();
        }
        tree.cloneCommandFromInit(init);
        if (supervisor.isPresent()) {
            privileges.becomeRootAgain();
            giveUpPrivileges();
        }
        execute();
        continueLauncher(launcher);
        tree.endLauncher();
        return tree.superviseFromInit(init, () -> supervisor.ifPresent(privileges::superviseAs));
    }

    /**
     * A user of the init's own, where there is one: whoever is the same user may take the processor from it. One that has not given
     * up its capabilities is kept from nothing.
     */
    private OptionalLong supervisor() {
        return spec.isolation().rights().of(identity.user()).isPresent() ? identity.supervisor() : OptionalLong.empty();
    }

    private SyscallProgram withoutInit() {
        Label launcher = new Label("launcher");
        beginLauncher();
        tree.cloneCommandFromLauncher(namespacesOfClone(), launcher);
        prepare();
        giveUpPrivileges();
        execute();
        continueLauncher(launcher);
        return tree.superviseFromLauncher();
    }

    /** Only the launcher can enter namespaces for the others: what it clones is born into them. */
    private void beginLauncher() {
        List<JoinedNamespace> joined = spec.joined();
        tree.beginLauncher(passed());
        files.reserveForFuse();
        if (spec.files().confined()) {
            OomScore.raise(program);
        }
        if (!joined.isEmpty()) {
            new Privileges(program).notDumpable();
        }
        IntStream.range(0, joined.size())
                .boxed()
                .sorted(Comparator.comparingInt(index -> turn(joined.get(index).type())))
                .forEach(index -> join(joined.get(index), Launcher.FIRST_PASSED + index));
    }

    private void join(JoinedNamespace namespace, int descriptor) {
        program.call(
                "join the " + namespace, Syscall.SETNS, Operand.of(descriptor), Operand.of(flags(namespace.type())));
        if (namespace.type() == NamespaceType.USER) {
            // The kernel resets it with every change of credentials, to fs.suid_dumpable.
            new Privileges(program).notDumpable();
        }
    }

    /** The user namespace first, as it gives the right to the others; the mount namespace last. */
    private static int turn(NamespaceType type) {
        return switch (type) {
            case USER -> 0;
            case MOUNT -> 2;
            default -> 1;
        };
    }

    /** What the first process is born into. */
    private Constant namespacesOfClone() {
        return flags(this::isBornInto);
    }

    /**
     * All at once, or no more than the network by its side waits for. The root of a cgroup namespace is the group of who
     * makes it, which must be in there already.
     */
    private boolean isBornInto(NamespaceType type) {
        return (!networkByTheSide() || type == NamespaceType.USER || type == NamespaceType.PID)
                && !(type == NamespaceType.CGROUP && cgroup.unified());
    }

    /** The first process makes the others itself, while the launcher makes the network. */
    private void createOtherNamespaces() {
        Constant others = flags(type -> !isBornInto(type) && type != NamespaceType.NETWORK);
        if (others.value() != 0) {
            program.call("create the other namespaces", Syscall.UNSHARE, Operand.of(others))
                    .about(LinuxSubject.ofNamespaces(others.value()));
        }
    }

    private Constant flags(Predicate<NamespaceType> wanted) {
        return spec.isolation().namespaces().created().stream()
                .filter(wanted)
                .sorted()
                .map(Planner::flags)
                .reduce(Constant.of(0), Constant::or);
    }

    private static Constant flags(NamespaceType type) {
        return CloneFlags.namespaces(type.cloneFlag());
    }

    /** In the container's first process. What it can do without ids it does while somebody else maps them. */
    private void prepare() {
        identity.beginInside(tree, opened);
        files.openForFuse();
        if (spec.network().needsHost() && !networkByTheSide()) {
            networkSteps.passOwn();
        }
        createOtherNamespaces();
        spec.identity()
                .hostname()
                .ifPresent(name -> program.call(
                        "set the host name", Syscall.SETHOSTNAME, Operand.text(name), Operand.of(name.length())));
        identity.awaitInside(tree, mapped);
        if (spec.creates(NamespaceType.MOUNT)) {
            files.build(this::joinNetwork, this::awaitFuse);
        }
        Privileges privileges = new Privileges(program);
        privileges.shrinkBoundingSet(spec.isolation().rights());
        joinNetwork();
        SysctlSteps settings = new SysctlSteps(program, files.settings());
        if (spec.creates(NamespaceType.NETWORK)) {
            settings.writeWherePossible(networkSettings());
        }
        settings.write(spec.files().sysctls());
        if (spec.creates(NamespaceType.MOUNT)) {
            files.finish();
        }
        if (spec.network().needsHost()) {
            networkSteps.closeSocket();
            if (networkByTheSide()) {
                loopback.await();
            }
            tree.awaitHost(Report.Phase.NEEDS_NETWORK);
        }
    }

    private void giveUpPrivileges() {
        Privileges privileges = new Privileges(program);
        privileges.reduce(spec.isolation().rights(), identity);
        if (spec.isolation().rights().noNewPrivileges()) {
            privileges.noNewPrivileges();
        }
        privileges.notDumpable();
    }

    /** It serves the mount that is made now, and joins this user namespace for that. */
    private void awaitFuse() {
        fuseMounted.open(program.call(
                "open the user namespace for " + FuseProgram.NAME,
                Syscall.OPENAT,
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text("/proc/self/ns/user"),
                Operand.of(Fcntl.O_RDONLY.or(Fcntl.O_CLOEXEC)),
                Operand.of(0)));
        fuseRuns.await();
    }

    /** As late as possible, as the launcher makes it meanwhile. */
    private void joinNetwork() {
        if (networkJoined) {
            return;
        }
        networkJoined = true;
        if (networkByTheSide()) {
            networkSteps.join(network);
        } else if (spec.creates(NamespaceType.NETWORK)) {
            networkSteps.loopbackUp();
        }
    }

    /**
     * In a network of its own nobody needs privileges to listen at any port or to ping: what they protect is not there. What the
     * caller sets is his.
     */
    private List<Sysctl> networkSettings() {
        return Stream.of(
                        Stream.of(new Sysctl(Sysctl.UNPRIVILEGED_PORTS, "0")),
                        identity.allGroups().stream().map(range -> new Sysctl("net.ipv4.ping_group_range", range)))
                .flatMap(each -> each)
                .filter(setting -> spec.files().sysctls().stream()
                        .noneMatch(given -> given.path().equals(setting.path())))
                .toList();
    }

    /** In the command's process. */
    private void execute() {
        Privileges privileges = new Privileges(program);
        for (RLimit limit : spec.limits().rlimits()) {
            privileges.limit(limit);
        }
        tree.finishCommand();
        if (networkByTheSide()) {
            loopback.await();
        }
        new Execution(
                        spec.command().words(),
                        spec.command().environment(),
                        spec.command().directory().text())
                .append(program);
    }

    /**
     * What the launcher does while the container's first process does its steps: with the host's privileges first, and
     * then the network namespace, which takes as long as all the rest and so is made by its side.
     */
    private void continueLauncher(Label launcher) {
        tree.continueLauncher(launcher);
        if (identity.needsLauncher()) {
            Operand first = opened.await("FIRST");
            identity.writeFromLauncher(program, first);
            if (files.needsLauncher()) {
                files.openTrees(program.call(
                        "open the container's user namespace",
                        Syscall.OPENAT,
                        first,
                        Operand.text("ns/user"),
                        Operand.of(Fcntl.O_RDONLY.or(Fcntl.O_CLOEXEC)),
                        Operand.of(0)));
            }
            mapped.open();
        }
        if (spec.files().fused().isPresent()) {
            serveByFuse();
        }
        if (networkByTheSide()) {
            networkSteps.make(network, loopback);
        }
    }

    /**
     * Out of the launcher, so that nothing in the container's PID namespace can see it. When the launcher goes on, the program is
     * executed, and has the last descriptor of the device: should it end, the container gets an error instead of waiting.
     */
    private void serveByFuse() {
        Label goOn = new Label("launcher goes on");
        Operand userNamespace = fuseMounted.await("USERNS");
        tree.cloneCompanion(FuseProgram.NAME, goOn);
        program.call(
                "join the container's user namespace",
                Syscall.SETNS,
                userNamespace,
                Operand.of(flags(NamespaceType.USER)));
        identity.becomeRoot(program);
        new Privileges(program).noNewPrivileges();
        files.serveByFuse();
        tree.continueLauncher(goOn);
        files.leaveToFuse();
        fuseRuns.open();
    }

    /** Only a process of the container's own user namespace can make a network namespace for it. */
    private boolean networkByTheSide() {
        return spec.creates(NamespaceType.NETWORK) && spec.creates(NamespaceType.USER);
    }
}

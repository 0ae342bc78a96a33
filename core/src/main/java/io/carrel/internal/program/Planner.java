package io.carrel.internal.program;

import io.carrel.fs.HostPath;
import io.carrel.fs.internal.FileSystemSteps;
import io.carrel.internal.cgroup.PlannedCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.spec.Rights;
import io.carrel.linux.launch.ExecIds;
import io.carrel.linux.launch.ExecPrivileges;
import io.carrel.linux.launch.Execution;
import io.carrel.linux.launch.InitLifetime;
import io.carrel.linux.launch.ProcessTree;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes the program that starts a container: the one place that knows the order of its steps. What takes the host's
 * privileges comes first, what needs those of the container's own user namespace next, and then they are given up.
 */
public final class Planner {

    private final ContainerSpec spec;
    private final ProcessTree tree;
    private final ProgramBuilder program;
    private final IdentitySteps ids;
    private final OwnNetwork network;
    private final FuseSteps fuse;
    private final FileSystemSteps files;
    private final NamespaceSteps namespaces;
    private final Privileges privileges;

    private Planner(
            ContainerSpec spec,
            HostIdentity host,
            @Nullable HostPath upper,
            PlannedCgroup cgroup,
            InitLifetime lifetime) {
        this.spec = spec;
        tree = new ProcessTree(cgroup.entry(), lifetime);
        program = tree.program();
        ids = new IdentitySteps(tree, Identity.of(spec, host));
        network = new OwnNetwork(tree, spec);
        fuse = new FuseSteps(tree);
        files = new FileSystemSteps(program, PlannedFiles.of(spec, ids.identity(), upper, cgroup));
        namespaces = new NamespaceSteps(
                program, spec, network.isByTheSide(), cgroup.entry().unified());
        privileges = new Privileges(program);
    }

    /**
     * Makes the program for this host.
     *
     * @param upper the host's directory for the changes in an overlay, null where they are in memory
     * @param cgroup how the container comes into its cgroup and sees it
     * @param lifetime how long its init lives at most
     */
    public static SyscallProgram plan(
            ContainerSpec spec,
            HostIdentity host,
            @Nullable HostPath upper,
            PlannedCgroup cgroup,
            InitLifetime lifetime) {
        Planner planner = new Planner(spec, host, upper, cgroup, lifetime);
        return spec.hasInit() ? planner.withInit() : planner.withoutInit();
    }

    private SyscallProgram withInit() {
        Label launcher = new Label("launcher");
        Label init = new Label("init");
        beginLauncher();
        tree.cloneInit(namespaces.ofClone(), launcher);
        prepare();
        OptionalLong supervisor = supervisor();
        if (supervisor.isPresent()) {
            privileges.beginToSuperviseAs(supervisor.getAsLong());
        } else {
            giveUpPrivileges();
        }
        tree.cloneCommandFromInit(init);
        if (supervisor.isPresent()) {
            privileges.becomeRootAgain();
            giveUpPrivileges();
            tree.settled();
        }
        execute();
        continueLauncher(launcher);
        tree.endLauncher();
        Rights rights = spec.isolation().rights();
        User user = ids.identity().user();
        return tree.superviseFromInit(
                init,
                () -> supervisor.ifPresent(uid -> privileges.superviseAs(uid, rights, user)),
                supervisor.isPresent() ? new OtherUsers(privileges, rights, user) : ExecPrivileges.SAME);
    }

    /** Where the init has a user of its own, it can be anybody later. */
    private record OtherUsers(Privileges privileges, Rights rights, User command) implements ExecPrivileges {

        @Override
        public void regain() {
            privileges.regain(rights, command);
        }

        @Override
        public boolean canBeOthers() {
            return true;
        }

        @Override
        public void becomeOther(ExecIds ids) {
            privileges.becomeOther(rights, ids);
        }
    }

    /**
     * A user of the init's own, where there is one: whoever is the same user may take the processor from it. One that
     * has not given up its capabilities is kept from nothing.
     */
    private OptionalLong supervisor() {
        return ids.identity().supervisor(spec.isolation().rights());
    }

    private SyscallProgram withoutInit() {
        Label launcher = new Label("launcher");
        beginLauncher();
        tree.cloneCommandFromLauncher(namespaces.ofClone(), launcher);
        prepare();
        giveUpPrivileges();
        execute();
        continueLauncher(launcher);
        return tree.superviseFromLauncher();
    }

    private void beginLauncher() {
        tree.beginLauncher(spec.passed());
        files.reserveForFuse();
        if (spec.files().confined()) {
            OomScore.raise(program);
        }
        namespaces.join();
    }

    /** In the container's first process. What it can do without ids it does while somebody else maps them. */
    private void prepare() {
        ids.beginInside();
        files.openForFuse();
        network.pass();
        namespaces.createOthers();
        spec.identity()
                .hostname()
                .ifPresent(name -> program.call(
                        "set the host name", Syscall.SETHOSTNAME, Operand.text(name), Operand.of(name.length())));
        ids.awaitInside();
        boolean ownMounts = spec.creates(NamespaceType.MOUNT);
        if (ownMounts) {
            files.build(network::join, fuse::await);
        }
        privileges.shrinkBoundingSet(spec.isolation().rights());
        network.join();
        SysctlSteps settings = new SysctlSteps(program, files.settings());
        settings.writeWherePossible(network.settings(ids.identity()));
        settings.write(spec.files().sysctls());
        if (ownMounts) {
            files.finish();
        }
        network.awaitHost();
    }

    private void giveUpPrivileges() {
        privileges.giveUp(spec.isolation().rights(), ids);
    }

    /** In the command's process. */
    private void execute() {
        spec.limits().rlimits().forEach(privileges::limit);
        tree.finishCommand();
        network.awaitLoopback();
        spec.streams().terminal().ifPresent(tree::giveTerminal);
        new Execution(
                        spec.command().words(),
                        spec.command().environment(),
                        spec.command().directory().text())
                .append(program);
    }

    /** What the launcher does while the container's first process does its steps: with the host's privileges first. */
    private void continueLauncher(Label launcher) {
        tree.continueLauncher(launcher);
        ids.continueLauncher(files);
        if (spec.files().fused().isPresent()) {
            fuse.serve(files, ids);
        }
        network.make();
    }
}

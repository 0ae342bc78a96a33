package io.carrel.internal.run;

import io.carrel.fs.ContainerPath;
import io.carrel.internal.cgroup.ContainerCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.identity.UserSpec;
import io.carrel.internal.spec.CommandSpec;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.ControlSocket;
import io.carrel.linux.launch.ExecCommand;
import io.carrel.linux.launch.ExecProcess;
import io.carrel.linux.launch.ExecServer;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.program.StepTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running container, for what is executed in it besides its command. Immutable.
 *
 * @param server what executes it
 * @param init the pid of its init, as this JVM sees it
 * @param command the command that all others are made from: in its environment and directory
 * @param hasInit whether there is an init to do it
 * @param group what is to be known of its cgroup
 */
public record ExecTarget(ExecServer server, int init, CommandSpec command, boolean hasInit, Group group) {

    /** The cgroup of a container. */
    interface Group {

        /** One that a container has not, or that is of no interest. */
        Group NONE = new Group() {};

        /** Opens what the command's cgroup is entered by, where the init is not in it. */
        default List<Descriptor> open() {
            return List.of();
        }

        /** Whether the container's processes are frozen. */
        default boolean isFrozen() {
            return false;
        }
    }

    /**
     * The group of a container of this JVM's.
     *
     * @param cgroup the group
     * @param isOfCommand whether the init is outside of it
     */
    private record OwnGroup(ContainerCgroup cgroup, boolean isOfCommand) implements Group {

        @Override
        public List<Descriptor> open() {
            return isOfCommand ? cgroup.openFiles() : List.of();
        }

        @Override
        public boolean isFrozen() {
            return cgroup.group().freezer().isFrozen();
        }
    }

    /**
     * A container of this JVM's.
     *
     * @param child its first process
     * @param spec its definition
     * @param cgroup its group, where it has one of its own
     */
    public static ExecTarget of(Child child, ContainerSpec spec, Optional<ContainerCgroup> cgroup) {
        return new ExecTarget(
                child,
                child.pid(),
                spec.command(),
                spec.hasInit(),
                cgroup.<Group>map(own -> new OwnGroup(own, spec.keepsInitOutOfCgroup()))
                        .orElse(Group.NONE));
    }

    /**
     * A container that outlives the JVM by which it was started.
     *
     * @param directory where its socket is
     * @param init the pid of its init, as this JVM sees it
     * @param environment its command's
     * @param workingDirectory where its command was started
     */
    public static ExecTarget of(Path directory, int init, Map<String, String> environment, String workingDirectory) {
        CommandSpec command = CommandSpec.NONE.withEnvironment(environment).in(ContainerPath.of(workingDirectory));
        ExecServer server = (wanted, descriptors) -> {
            try (ControlSocket socket = ControlSocket.connect(directory, init, StepTable.UNKNOWN)) {
                return socket.execute(wanted, descriptors);
            }
        };
        return new ExecTarget(server, init, command, true, Group.NONE);
    }

    /** Whether its processes are frozen by its cgroup; false where it has none. */
    boolean isPaused() {
        try {
            return group.isFrozen();
        } catch (ContainerException | IllegalStateException gone) {
            return false;
        }
    }

    /**
     * Has the container's init execute a command as its own command's user, and returns when it runs.
     *
     * @param streams its standard streams, which the caller closes
     * @throws IllegalStateException if the container has no init, or has ended
     */
    public ExecProcess start(CommandSpec wanted, StandardStreams.Open streams) {
        return start(wanted, UserSpec.USUAL, false, null, streams);
    }

    /**
     * Has the container's init execute a command, and returns when it runs.
     *
     * @param who as whom
     * @param knowsHome whether its environment says already where another user is at home
     * @param terminal the size of a terminal of its own, null if it has none
     * @param streams its standard streams, which the caller closes
     * @throws IllegalStateException if the container has no init, or has ended
     */
    public ExecProcess start(
            CommandSpec wanted,
            UserSpec who,
            boolean knowsHome,
            @Nullable TerminalSize terminal,
            StandardStreams.Open streams) {
        if (!hasInit) {
            throw new IllegalStateException("exec is the work of the container's init, and this container has none:"
                    + " it takes a PID namespace of its own, and no init(false)");
        }
        Optional<ExecUser> other = who.equals(UserSpec.USUAL) ? Optional.empty() : ExecUser.find(init, who);
        CommandSpec own = other.filter(found -> !knowsHome)
                .map(found -> wanted.withVariable("HOME", found.home()))
                .orElse(wanted);
        List<Descriptor> files = group.open();
        try {
            return ExecProcess.start(
                    server,
                    new ExecCommand(
                            own.words(), own.environment(), own.directory().text(), other.map(ExecUser::ids), terminal),
                    streams,
                    files);
        } finally {
            files.forEach(Descriptor::close);
        }
    }
}

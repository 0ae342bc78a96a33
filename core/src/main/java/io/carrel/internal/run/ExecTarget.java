package io.carrel.internal.run;

import io.carrel.internal.cgroup.ContainerCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.identity.UserSpec;
import io.carrel.internal.spec.CommandSpec;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.ExecCommand;
import io.carrel.linux.launch.ExecProcess;
import io.carrel.linux.launch.StandardStreams;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running container, for what is executed in it besides its command. Immutable.
 *
 * @param child its first process
 * @param spec its definition
 * @param cgroup its group, where it has one of its own
 */
public record ExecTarget(Child child, ContainerSpec spec, Optional<ContainerCgroup> cgroup) {

    /** The command that all others are made from: in its environment and directory. */
    public CommandSpec command() {
        return spec.command();
    }

    /** Whether its processes are frozen by its cgroup; false where it has none. */
    boolean isPaused() {
        try {
            return cgroup.map(own -> own.group().freezer().isFrozen()).orElse(false);
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
    public ExecProcess start(CommandSpec command, StandardStreams.Open streams) {
        return start(command, UserSpec.USUAL, false, null, streams);
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
            CommandSpec command,
            UserSpec who,
            boolean knowsHome,
            @Nullable TerminalSize terminal,
            StandardStreams.Open streams) {
        if (!spec.hasInit()) {
            throw new IllegalStateException("exec is the work of the container's init, and this container has none:"
                    + " it takes a PID namespace of its own, and no init(false)");
        }
        Optional<ExecUser> other = ExecUser.find(spec, child.pid(), who);
        CommandSpec own = other.filter(found -> !knowsHome)
                .map(found -> command.withVariable("HOME", found.home()))
                .orElse(command);
        List<Descriptor> files = spec.keepsInitOutOfCgroup()
                ? cgroup.map(ContainerCgroup::openFiles).orElse(List.of())
                : List.of();
        try {
            return ExecProcess.start(
                    child,
                    new ExecCommand(
                            own.words(), own.environment(), own.directory().text(), other.map(ExecUser::ids), terminal),
                    streams,
                    files);
        } finally {
            files.forEach(Descriptor::close);
        }
    }
}

package io.carrel.internal.run;

import io.carrel.internal.identity.ImageUsers;
import io.carrel.internal.identity.UserSpec;
import io.carrel.internal.inspect.CommandProcess;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.launch.ExecCommand;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Another user than the command's, as whom a container's first process is to execute something. Immutable.
 *
 * @param user the user
 * @param home where that user is at home
 */
record ExecUser(User user, String home) {

    private static final String FEATURE = "other users for what is executed in this container";
    private static final Path SUID_DUMPABLE = Path.of("/proc/sys/fs/suid_dumpable");

    /**
     * Finds the user who is asked for; empty if the container has no other than that.
     *
     * @param init the container's first process
     * @throws UnsupportedFeatureException if nobody but the command's user can be had
     * @throws IllegalArgumentException if the container's files know no such user
     */
    static Optional<ExecUser> find(long init, UserSpec wanted) {
        CommandProcess command = CommandProcess.under(init);
        ImageUsers files = new ImageUsers(List.of(Path.of("/proc", Long.toString(command.pid()), "root")));
        UserSpec found = wanted.needsFiles() ? wanted.lookedUp(files) : wanted;
        User user = found.orElse(User.ROOT);
        IdMap users = command.idMap("uid_map");
        if (size(users) == 1) {
            checkIsOnly(users, command.idMap("gid_map"), user);
            return Optional.empty();
        }
        checkHasOwnUsers(command.pid());
        checkCanBe(user, users, ProcessStatus.of(Long.toString(init)), command.status());
        refuseIfTraceable(SUID_DUMPABLE);
        return Optional.of(new ExecUser(user, files.home(user.uid())));
    }

    private static long size(IdMap ids) {
        return ids.mappings().stream().mapToLong(IdMapping::count).sum();
    }

    private static void checkIsOnly(IdMap users, IdMap groups, User user) {
        if (users.toOutside(user.uid()).isEmpty()
                || groups.toOutside(user.gid()).isEmpty()) {
            throw new UnsupportedFeatureException(
                    FEATURE,
                    "it has one user, as an ordinary user has started it. With subordinateIds() it has those that"
                            + " /etc/subuid grants.");
        }
    }

    private static UnsupportedFeatureException cannot() {
        return new UnsupportedFeatureException(
                FEATURE,
                "its first process cannot become somebody else. That takes a user namespace of the container's own,"
                        + " and a command that has not all capabilities.");
    }

    private static void checkHasOwnUsers(long command) {
        try (Namespace own = Namespace.current(NamespaceType.USER);
                Namespace theirs = Namespace.of(command, NamespaceType.USER)) {
            if (own.isSameAs(theirs)) {
                throw cannot();
            }
        }
    }

    /** One that can become somebody else is neither root nor the command's user. */
    private static void checkCanBe(User user, IdMap users, ProcessStatus init, ProcessStatus command) {
        OptionalLong supervisor = users.toInside(init.effectiveUid());
        if (supervisor.isEmpty()
                || supervisor.getAsLong() == User.ROOT.uid()
                || init.effectiveUid() == command.effectiveUid()) {
            throw cannot();
        }
        if (user.uid() == supervisor.getAsLong()) {
            throw new NotPermittedException(
                    "execute a command as user %d of the container, who is its first process".formatted(user.uid()),
                    "nobody",
                    "Choose another user.");
        }
    }

    /**
     * A process that changes its user is made traceable by the kernel then, until it forbids that again.
     *
     * @see <a href="https://man7.org/linux/man-pages/man5/proc_sys_fs.5.html">proc_sys_fs(5)</a>
     */
    static void refuseIfTraceable(Path setting) {
        String value;
        try {
            value = KernelFile.read(setting).strip();
        } catch (IOException e) {
            throw new KernelFileException("Cannot find out who may be traced", setting.toString(), "", e);
        }
        if (value.equals("1")) {
            throw new UnsupportedFeatureException(
                    FEATURE,
                    "while the process changes its user, others in the container could trace it, since fs.suid_dumpable is"
                            + " 1. Set it to 0 or 2: sysctl fs.suid_dumpable=0");
        }
    }

    ExecCommand.Ids ids() {
        return new ExecCommand.Ids(
                user.uid(), user.gid(), user.groups().stream().sorted().toList());
    }
}

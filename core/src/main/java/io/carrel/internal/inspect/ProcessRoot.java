package io.carrel.internal.inspect;

import io.carrel.fs.copy.FileOwner;
import io.carrel.fs.copy.FileRoot;
import io.carrel.fs.copy.OwnerIds;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.linux.Capability;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The root directory of a container, found by a process in it, and as whom its files are used. */
public final class ProcessRoot {

    private static final Constant DIRECTORY = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);

    private ProcessRoot() {}

    /**
     * That of the command under a container's init or supervisor.
     *
     * @throws IllegalStateException if it has ended
     */
    public static FileRoot under(long supervisor) {
        CommandProcess command = CommandProcess.under(supervisor);
        try (Descriptor process = ProcessCalls.pidfd(command.pid())) {
            // Only now is it certain that the pid has not been given to another process.
            if (!CommandProcess.under(supervisor).equals(command)) {
                throw new IllegalStateException("the command has ended");
            }
            return open(command, process);
        }
    }

    /**
     * That of any process, or of its first child where the process itself is outside of the child's container.
     *
     * @throws IllegalStateException if it has ended
     */
    public static FileRoot of(long pid) {
        try (Descriptor process = ProcessCalls.pidfd(pid)) {
            if (isInContainer(pid)) {
                return open(new CommandProcess(pid), process);
            }
        }
        CommandProcess child;
        try {
            child = CommandProcess.under(pid);
        } catch (IllegalStateException | ContainerException none) {
            throw new IllegalArgumentException(
                    "process %d has the files of the host, or may not be looked into".formatted(pid));
        }
        return isInContainer(child.pid()) ? under(pid) : refuse(pid);
    }

    private static FileRoot refuse(long pid) {
        throw new IllegalArgumentException(
                "process %d is in no container: it has the files of the host".formatted(pid));
    }

    private static boolean isInContainer(long pid) {
        try (Namespace own = Namespace.current(NamespaceType.MOUNT);
                Namespace other = Namespace.of(pid, NamespaceType.MOUNT)) {
            return !own.isSameAs(other);
        } catch (ContainerException refused) {
            return false;
        }
    }

    private static FileRoot open(CommandProcess command, Descriptor process) {
        Descriptor root = Kernel.open(
                "Cannot open the root directory of process %d, which the kernel shows to root and to the user who started the container"
                        .formatted(command.pid()),
                "/proc/%d/root".formatted(command.pid()),
                DIRECTORY);
        try {
            HostIdentity caller = HostIdentity.current();
            IdMap users = command.idMap("uid_map");
            IdMap groups = command.idMap("gid_map");
            refuseIfClosed(command);
            if (!ProcessCalls.sendSignal(process, 0)) {
                throw new IllegalStateException("the command has ended");
            }
            long uid = root(users);
            long gid = root(groups);
            boolean isCaller = uid == caller.uid() && gid == caller.gid();
            boolean canChange = caller.has(Capability.SETUID) && caller.has(Capability.SETGID);
            if (isCaller || !canChange) {
                return FileRoot.of(root, ids(users), ids(groups));
            }
            return FileRoot.of(root, new FileOwner(uid, gid, ids(users), ids(groups)));
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private static OwnerIds ids(IdMap map) {
        return new OwnerIds() {
            @Override
            public OptionalLong inside(long outside) {
                return map.toInside(outside);
            }

            @Override
            public OptionalLong outside(long inside) {
                return map.toOutside(inside);
            }
        };
    }

    /**
     * The kernel lets nobody outside of a user namespace use what is served in it: a server could make him wait
     * forever.
     */
    private static void refuseIfClosed(CommandProcess command) {
        boolean isServed = command.mounts().stream()
                .anyMatch(mount ->
                        mount.mountPoint().equals(Path.of("/")) && mount.type().startsWith("fuse"));
        if (isServed && !Files.exists(Path.of("/proc/%d/root/.".formatted(command.pid())))) {
            throw new UnsupportedFeatureException(
                    "access to files that fuse-overlayfs serves",
                    "the kernel lets nobody but the container use them. Bind a directory for what is to go in and"
                            + " out.");
        }
    }

    /** The host's id of the container's root, or of the first that it has. */
    private static long root(IdMap map) {
        return map.toOutside(0)
                .orElseGet(() -> map.mappings().stream()
                        .mapToLong(IdMapping::outsideId)
                        .findFirst()
                        .orElse(0));
    }
}

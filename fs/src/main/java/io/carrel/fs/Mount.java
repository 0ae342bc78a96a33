package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Describes what is mounted into a container besides its root. Mounting happens when the container starts, in its own
 * mount namespace, and needs {@code CAP_SYS_ADMIN} only where the container has no user namespace of its own; what the
 * kernel refuses then is an {@link io.carrel.linux.SetupException}. Immutable, so safe for use by several threads.
 *
 * <p>See mount(2), mount_namespaces(7).
 */
public sealed interface Mount {

    /** Returns where in the container it is mounted; never the root. */
    ContainerPath target();

    /**
     * Binds a file or directory of the host. Programs on it gain no privileges by set-user-ID bits, and device files on
     * it cannot be used.
     *
     * <p>See mount(2), mount_setattr(2).
     *
     * @param source the file or directory
     * @param target where it appears
     * @param access whether it can be written to
     * @param recursive whether what is mounted below it appears, too; an ordinary user's container must have it so,
     *     where something is mounted below
     * @param propagation whether later mounts appear on the other side
     * @param idmapped whether owners are translated to the container's ids, where the JVM runs as root; needs Linux
     *     5.12 and a file system that can do it. Without it the host's ids, which are nobody's inside, are seen
     */
    record Bind(
            HostPath source,
            ContainerPath target,
            Access access,
            boolean recursive,
            Propagation propagation,
            boolean idmapped)
            implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public Bind {
            requireNonNull(source, "source");
            requireNonNull(access, "access");
            requireNonNull(propagation, "propagation");
            checkTarget(target);
        }

        /**
         * Binds what is mounted below as well, privately and with translated owners.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public Bind(HostPath source, ContainerPath target, Access access) {
            this(source, target, access, true, Propagation.PRIVATE, true);
        }
    }

    /**
     * Mounts a volume: a directory that outlives containers and that several can share. It is made on first use. An
     * anonymous one is removed with its container.
     *
     * @param storage where volumes are kept
     * @param name its name; empty for an anonymous one
     * @param target where it appears
     * @param access whether it can be written to
     * @see io.carrel.fs.volumes.VolumeStore
     */
    record Volume(Storage storage, String name, ContainerPath target, Access access) implements Mount {

        /** Matches what a volume may be called. */
        public static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}");

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the name cannot be that of a volume, or the target is the root
         */
        public Volume {
            requireNonNull(storage, "storage");
            requireNonNull(access, "access");
            if (!name.isEmpty()) {
                checkName(name);
            }
            checkTarget(target);
        }

        /**
         * Checks that this can be a volume's name: a letter or digit, then at most 199 letters, digits, dots,
         * underscores and hyphens.
         *
         * @return the name
         * @throws IllegalArgumentException if it cannot
         */
        public static String checkName(String name) {
            checkArgument(
                    NAME.matcher(name).matches(),
                    "a volume's name is a letter or digit and then at most 199 of [a-zA-Z0-9_.-], was \"%s\"",
                    name);
            return name;
        }

        /** Returns a bind of the directory in which the files of the volume are, with the same target and access. */
        public Bind toBind(Path directory) {
            return new Bind(HostPath.of(directory), target, access);
        }
    }

    /**
     * Mounts an empty file system in memory.
     *
     * <p>See tmpfs(5).
     *
     * @param target where it appears
     * @param sizeBytes the most it holds, in bytes; 0 for the default: an eighth of the host's memory, at most 2 GiB,
     *     and a file for each 4096 bytes
     * @param mode the permissions of its root directory, 0 to 07777
     */
    record Tmpfs(ContainerPath target, long sizeBytes, int mode) implements Mount {

        /** Lets everybody write, and each remove only what is his own, as {@code /tmp} does. */
        public static final int SHARED_MODE = 01777;

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root, the size is negative, or the mode is not 0 to
         *     07777
         */
        public Tmpfs {
            checkTarget(target);
            checkArgument(sizeBytes >= 0, "the size of a tmpfs must not be negative, was %s", sizeBytes);
            checkMode(mode);
        }

        /**
         * Mounts one that is writable for everybody, with {@link #SHARED_MODE}.
         *
         * @throws IllegalArgumentException if the target is the root or the size is negative
         */
        public Tmpfs(ContainerPath target, long sizeBytes) {
            this(target, sizeBytes, SHARED_MODE);
        }
    }

    /**
     * Mounts the kernel's view of the container's processes; without a PID namespace of its own, binds that of the
     * host's.
     *
     * <p>See proc(5), pid_namespaces(7).
     *
     * @param target where it appears
     */
    record Proc(ContainerPath target) implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public Proc {
            checkTarget(target);
        }
    }

    /**
     * Mounts the kernel's view of devices, read-only. With a network namespace of its own the container sees its own
     * network devices; without one, the host's {@code /sys} is bound.
     *
     * <p>See sysfs(5).
     *
     * @param target where it appears
     */
    record Sysfs(ContainerPath target) implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public Sysfs {
            checkTarget(target);
        }
    }

    /**
     * Mounts terminals of the container's own.
     *
     * <p>See pts(4), Documentation/filesystems/devpts.rst.
     *
     * @param target where they appear
     */
    record Devpts(ContainerPath target) implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public Devpts {
            checkTarget(target);
        }
    }

    /**
     * Mounts the POSIX message queues of the container's IPC namespace, of which it needs one of its own.
     *
     * <p>See mq_overview(7).
     *
     * @param target where they appear
     */
    record Mqueue(ContainerPath target) implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public Mqueue {
            checkTarget(target);
        }
    }

    /**
     * Mounts the control groups of the container's cgroup namespace, of which it needs one of its own: its own group is
     * the root of what is seen. On v2 and where there are no v1 controllers it is one file system; else each hierarchy
     * of v1 has a directory of its own, and v2's is {@code unified}.
     *
     * <p>See cgroups(7), cgroup_namespaces(7).
     *
     * @param target where they appear
     * @param controllers the hierarchies of v1, each by its controllers as the kernel mounts it: {@code memory},
     *     {@code cpu,cpuacct}
     * @param unified whether that of v2 appears
     * @param access whether those who own groups can write to them; who raises a limit is for the owners of the files
     */
    record Cgroups(ContainerPath target, List<String> controllers, boolean unified, Access access) implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root, no hierarchy is named, or one is not named by its
         *     controllers
         */
        public Cgroups {
            checkTarget(target);
            requireNonNull(access, "access");
            controllers = List.copyOf(controllers);
            checkArgument(unified || !controllers.isEmpty(), "no hierarchy is to be mounted on %s", target);
            controllers.forEach(names -> checkArgument(
                    names.matches("[a-z_]+(,[a-z_]+)*"), "not the controllers of a hierarchy: \"%s\"", names));
        }
    }

    /**
     * Mounts a small {@code /dev}: null, zero, full, random, urandom and tty, terminals and shared memory of its own,
     * and links.
     *
     * @param target where it appears
     */
    record Dev(ContainerPath target) implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public Dev {
            checkTarget(target);
        }
    }

    /**
     * Mounts a small read-only file that lies on no disk, such as a configuration or a secret. Root of the container
     * owns it.
     *
     * @param target where it appears
     * @param content what it holds, at most {@value #MOST_BYTES} bytes
     * @param mode its permissions, 0 to 07777, for example {@code 0444}
     */
    record FileContent(ContainerPath target, Content content, int mode) implements Mount {

        /** Limits what it may hold, in bytes. */
        public static final int MOST_BYTES = 1 << 26;

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root, the content is too large, or the mode is not 0 to
         *     07777
         */
        public FileContent {
            checkTarget(target);
            checkArgument(
                    content.size() <= MOST_BYTES,
                    "a file from memory holds at most %s bytes, not %s",
                    MOST_BYTES,
                    content.size());
            checkMode(mode);
        }
    }

    /**
     * Hides what is there: a file looks empty, a directory too. Where there is nothing, nothing is done.
     *
     * @param target what is hidden
     */
    record Masked(ContainerPath target) implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public Masked {
            checkTarget(target);
        }
    }

    /**
     * Makes what is there read-only, with all that is mounted below. Where there is nothing, nothing is done.
     *
     * @param target what cannot be written to
     */
    record ReadOnly(ContainerPath target) implements Mount {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the target is the root
         */
        public ReadOnly {
            checkTarget(target);
        }
    }

    private static void checkMode(int mode) {
        checkArgument(mode >= 0 && mode <= 07777, "permissions are 0 to 07777, were %s", Integer.toOctalString(mode));
    }

    private static void checkTarget(ContainerPath target) {
        requireNonNull(target, "target");
        checkArgument(!target.equals(ContainerPath.ROOT), "the root is set by root(...), not by a mount on /");
    }
}

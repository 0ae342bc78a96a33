package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What is mounted into a container besides its root. Immutable. */
public sealed interface Mount {

    /** Where it is mounted. */
    ContainerPath target();

    /**
     * A file or directory of the host. Programs on it gain no privileges by set-user-ID bits, and device files on it cannot
     * be used.
     *
     * @param source the file or directory
     * @param target where it appears
     * @param access whether it can be written to
     * @param recursive whether what is mounted below it appears, too; an ordinary user's container must have it so, where
     *     something is mounted below
     * @param propagation whether later mounts appear on the other side
     * @param idmapped whether owners are translated to the container's ids, where the JVM runs as root; needs Linux 5.12 and
     *     a file system that can do it. Without it the host's ids, which are nobody's inside, are seen
     */
    record Bind(
            HostPath source,
            ContainerPath target,
            Access access,
            boolean recursive,
            Propagation propagation,
            boolean idmapped)
            implements Mount {

        /** Checks the arguments. */
        public Bind {
            requireNonNull(source, "source");
            requireNonNull(access, "access");
            requireNonNull(propagation, "propagation");
            checkTarget(target);
        }

        /** A recursive, private bind with translated owners. */
        public Bind(HostPath source, ContainerPath target, Access access) {
            this(source, target, access, true, Propagation.PRIVATE, true);
        }
    }

    /**
     * A volume: a directory that outlives containers and that several can share. It is made on first use. An anonymous one
     * goes with its container.
     *
     * @param storage where volumes are kept
     * @param name its name; empty for an anonymous one
     * @param target where it appears
     * @param access whether it can be written to
     */
    record Volume(Storage storage, String name, ContainerPath target, Access access) implements Mount {

        /** What a volume may be called. */
        public static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}");

        /** Checks the arguments. */
        public Volume {
            requireNonNull(storage, "storage");
            requireNonNull(access, "access");
            if (!name.isEmpty()) {
                checkName(name);
            }
            checkTarget(target);
        }

        /** Checks that this can be a volume's name: a letter or digit, then letters, digits, dots, underscores and hyphens. */
        public static String checkName(String name) {
            checkArgument(
                    NAME.matcher(name).matches(),
                    "a volume's name is a letter or digit and then at most 199 of [a-zA-Z0-9_.-], was \"%s\"",
                    name);
            return name;
        }

        /** The same as a bind of the directory in which the volume's files are. */
        public Bind toBind(Path directory) {
            return new Bind(HostPath.of(directory), target, access);
        }
    }

    /**
     * An empty file system in memory.
     *
     * @param target where it appears
     * @param sizeBytes the most it holds; 0 for the default: an eighth of the host's memory, at most 2 GiB, and a
     *     file for each 4096 bytes
     * @param mode the permissions of its root directory
     * @see <a href="https://man7.org/linux/man-pages/man5/tmpfs.5.html">tmpfs(5)</a>
     */
    record Tmpfs(ContainerPath target, long sizeBytes, int mode) implements Mount {

        /** As {@code /tmp} has: writable for everybody, and each removes only what is his own. */
        public static final int SHARED_MODE = 01777;

        /** Checks the arguments. */
        public Tmpfs {
            checkTarget(target);
            checkArgument(sizeBytes >= 0, "the size of a tmpfs must not be negative, was %s", sizeBytes);
            checkMode(mode);
        }

        /** One that is writable for everybody. */
        public Tmpfs(ContainerPath target, long sizeBytes) {
            this(target, sizeBytes, SHARED_MODE);
        }
    }

    /**
     * The kernel's view of the container's processes; without a PID namespace of its own, of the host's.
     *
     * @param target where it appears
     */
    record Proc(ContainerPath target) implements Mount {

        /** Checks the argument. */
        public Proc {
            checkTarget(target);
        }
    }

    /**
     * The kernel's view of devices, read-only. With a network namespace of its own the container sees its own network
     * devices; without one, the host's {@code /sys} is bound.
     *
     * @param target where it appears
     */
    record Sysfs(ContainerPath target) implements Mount {

        /** Checks the argument. */
        public Sysfs {
            checkTarget(target);
        }
    }

    /**
     * Terminals of the container's own.
     *
     * @param target where they appear
     */
    record Devpts(ContainerPath target) implements Mount {

        /** Checks the argument. */
        public Devpts {
            checkTarget(target);
        }
    }

    /**
     * The POSIX message queues of the container's IPC namespace, of which it needs one of its own.
     *
     * @param target where they appear
     */
    record Mqueue(ContainerPath target) implements Mount {

        /** Checks the argument. */
        public Mqueue {
            checkTarget(target);
        }
    }

    /**
     * The control groups of the container's cgroup namespace, of which it needs one of its own: its own group is the root of
     * what is seen. On v2 and where there are no v1 controllers it is one file system; else each hierarchy of v1 has a directory
     * of its own, and v2's is {@code unified}.
     *
     * @param target where they appear
     * @param controllers the hierarchies of v1, each by its controllers as the kernel mounts it: {@code memory},
     *     {@code cpu,cpuacct}
     * @param unified whether that of v2 appears
     * @param access whether those who own groups can write to them; who raises a limit is for the owners of the files
     * @see <a href="https://man7.org/linux/man-pages/man7/cgroup_namespaces.7.html">cgroup_namespaces(7)</a>
     */
    record Cgroups(ContainerPath target, List<String> controllers, boolean unified, Access access) implements Mount {

        /** Checks the arguments. */
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
     * A small {@code /dev}: null, zero, full, random, urandom and tty, terminals and shared memory of its own, and links.
     *
     * @param target where it appears
     */
    record Dev(ContainerPath target) implements Mount {

        /** Checks the argument. */
        public Dev {
            checkTarget(target);
        }
    }

    /**
     * A small read-only file that lies on no disk, such as a configuration or a secret. Root of the container owns it.
     *
     * @param target where it appears
     * @param content what it holds, at most {@value #MOST_BYTES} bytes
     * @param mode its permissions, for example {@code 0444}
     */
    record FileContent(ContainerPath target, Content content, int mode) implements Mount {

        /** The most bytes it may hold. */
        public static final int MOST_BYTES = 1 << 26;

        /** Checks the arguments. */
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
     * Hides what is there: a file looks empty, a directory too. Where there is nothing, there is nothing to hide.
     *
     * @param target what is hidden
     */
    record Masked(ContainerPath target) implements Mount {

        /** Checks the argument. */
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

        /** Checks the argument. */
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

package io.carrel.fs.internal;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.util.List;

/**
 * A tmpfs outside of the new root, where mounts are made whole before they are moved to their places. A root that
 * somebody else wrote, or writes to meanwhile, could lead a name elsewhere when it is resolved again; the names in here
 * are Carrel's alone. Files that come from memory are in it, too.
 */
record Staging(MountCalls calls) {

    private static final Constant FILE_MODE = new Constant("S_IFREG|0600", 0100600);
    /** A place for its descriptor, so that paths in it are known when the program is made. */
    private static final int TMPFS = 101;

    private static final String PLACE = "/proc/self/fd/" + TMPFS + "/";
    private static final String DIRECTORY = PLACE + "directory";
    private static final String FILE = PLACE + "file";

    /** Whether something is to be made in it. */
    static boolean isNeeded(FileSystemSpec spec, List<Mount> mounts) {
        boolean own = spec.root() instanceof RootFs.HostSystem
                || spec.root() instanceof RootFs.Empty
                || spec.root() instanceof RootFs.Host && !spec.own().processes();
        return !own || mounts.stream().anyMatch(mount -> isNeeded(spec, mount));
    }

    private static boolean isNeeded(FileSystemSpec spec, Mount mount) {
        return mount instanceof Mount.FileContent
                || mount instanceof Mount.Dev
                || mount instanceof Mount.Proc
                || mount instanceof Mount.Sysfs
                || mount instanceof Mount.Cgroups
                || mount instanceof Mount.Bind && !spec.binds().mountSetattr();
    }

    /** Mounts it on {@code scratch}, a directory of the host's that will be covered or uncovered again. */
    void begin(String scratch) {
        ProgramBuilder program = calls.program();
        calls.mount("mount a place to prepare mounts in", "tmpfs", scratch, "tmpfs", Site.SAFE, "mode=0700");
        Operand opened = program.call(
                        "open the place to prepare mounts in",
                        Syscall.OPENAT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(scratch),
                        Operand.of(Fcntl.O_PATH.or(Fcntl.O_CLOEXEC)),
                        Operand.of(0))
                .result("STAGING");
        program.call(
                        "keep the place to prepare mounts in",
                        Syscall.DUP3,
                        opened,
                        Operand.of(TMPFS),
                        Operand.of(Fcntl.O_CLOEXEC))
                .about(LinuxSubject.HIGH_DESCRIPTOR);
        calls.mkdir("make a place for a mount", DIRECTORY);
        program.call(
                "make a place for a mount",
                Syscall.MKNODAT,
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text(FILE),
                Operand.of(FILE_MODE),
                Operand.of(0));
    }

    /** Where the host's root stays the root, its directory is to be seen again. */
    void end(String scratch) {
        calls.program()
                .call("uncover " + scratch, Syscall.UMOUNT2, Operand.text(scratch), Operand.of(MountFlags.MNT_DETACH));
    }

    /** A file in it, by its number. */
    String file(int number) {
        return PLACE + number;
    }

    /** Where to mount something that {@link #move} then moves away. */
    String place(boolean directory) {
        return directory ? DIRECTORY : FILE;
    }

    /** Moves what is mounted on {@code place} to {@code path}, with all that is mounted below it. */
    void move(String place, ContainerPath target, String path) {
        calls.program()
                .call(
                        "mount " + target,
                        Syscall.MOVE_MOUNT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(place),
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(path),
                        Operand.of(MountFlags.MOVE_MOUNT_T_SYMLINKS));
    }
}

package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_BIND;
import static io.carrel.linux.uapi.MountFlags.MS_NODEV;
import static io.carrel.linux.uapi.MountFlags.MS_NOEXEC;
import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;

import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.util.List;

/**
 * A small {@code /dev}: the harmless devices, bound from the host since a user namespace may not make any, terminals of
 * its own, and the usual links. {@code /dev/shm} leads to {@code /tmp}, where there is to be one place to write to.
 */
record Devices(ProgramBuilder program) {

    private static final List<String> NAMES = List.of("null", "zero", "full", "random", "urandom", "tty");
    /** All containers share what the host has for them, 3072 by default. */
    static final String TERMINALS = "newinstance,mode=0620,ptmxmode=0666,max=256";

    /** What docker gives, and programs are used to. */
    private static final long SHM_BYTES = 64L << 20;

    private static final Constant FILE_MODE = new Constant("S_IFREG|0666", 0100666);
    private static final Constant DIRECTORY_MODE = new Constant("0755", 0755);

    /** Fills the directory {@code dev}, which must be writable; shared memory is in {@code /tmp}. */
    void make(String dev) {
        makeAllButShm(dev);
        link("/tmp", dev + "/shm");
    }

    /**
     * A {@code /dev} as programs expect it, with shared memory of its own: on the tmpfs that is mounted at {@code dev}.
     */
    void makeWhole(String dev, boolean ownQueues) {
        makeAllButShm(dev);
        directory("shm", dev);
        if (ownQueues) {
            directory("mqueue", dev);
        }
        mount(dev);
        mount("shm", dev, "tmpfs", "mode=1777,size=" + SHM_BYTES);
        if (ownQueues) {
            mount("mqueue", dev, "mqueue", "");
        }
    }

    private void mount(String name, String dev, String type, String data) {
        program.call(
                "mount a private /dev/" + name,
                Syscall.MOUNT,
                Operand.text(type),
                Operand.text(dev + "/" + name),
                Operand.text(type),
                Operand.of(MS_NOSUID.or(MS_NODEV).or(MS_NOEXEC)),
                Operand.text(data));
    }

    private void makeAllButShm(String dev) {
        for (String name : NAMES) {
            program.call(
                    "make the file /dev/" + name,
                    Syscall.MKNODAT,
                    Operand.of(Fcntl.AT_FDCWD),
                    Operand.text(dev + "/" + name),
                    Operand.of(FILE_MODE),
                    Operand.of(0));
        }
        directory("pts", dev);
        link("pts/ptmx", dev + "/ptmx");
        link("/proc/self/fd", dev + "/fd");
        link("/proc/self/fd/0", dev + "/stdin");
        link("/proc/self/fd/1", dev + "/stdout");
        link("/proc/self/fd/2", dev + "/stderr");
    }

    private void directory(String name, String dev) {
        program.call(
                "make the directory /dev/" + name,
                Syscall.MKDIRAT,
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text(dev + "/" + name),
                Operand.of(DIRECTORY_MODE));
    }

    /** Mounts the devices on what {@link #make} made. */
    void mount(String dev) {
        for (String name : NAMES) {
            program.call(
                    "bind the device /dev/" + name,
                    Syscall.MOUNT,
                    Operand.text("/dev/" + name),
                    Operand.text(dev + "/" + name),
                    Operand.none(),
                    Operand.of(MS_BIND),
                    Operand.none());
        }
        program.call(
                "mount a private /dev/pts",
                Syscall.MOUNT,
                Operand.text("devpts"),
                Operand.text(dev + "/pts"),
                Operand.text("devpts"),
                Operand.of(MS_NOSUID.or(MS_NOEXEC)),
                Operand.text(TERMINALS));
    }

    private void link(String target, String link) {
        program.call(
                "make a link in /dev",
                Syscall.SYMLINKAT,
                Operand.text(target),
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text(link));
    }
}

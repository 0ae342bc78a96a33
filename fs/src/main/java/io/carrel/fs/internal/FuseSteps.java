package io.carrel.fs.internal;

import io.carrel.linux.launch.Launcher;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import io.carrel.linux.uapi.Syscall;
import java.util.List;
import java.util.Map;

/**
 * Layers that fuse-overlayfs stacks. The container's first process opens {@code /dev/fuse} and mounts, as the kernel
 * wants both from the same user namespace. The program gets no more than the open device: it lives outside of the
 * container's PID and mount namespaces, with a mount namespace of its own in which the layers are, and ends when the
 * container's mounts are gone.
 *
 * @param site what is built
 * @param fuse the program
 */
record FuseSteps(Site site, FuseProgram fuse) {

    private static final Constant UINT_MAX = new Constant("UINT_MAX", 0xffffffffL);
    private static final String DEVICE = "/dev/fuse";
    private static final int STANDARD_STREAMS = 3;

    private ProgramBuilder program() {
        return site.calls().program();
    }

    /**
     * In the launcher, before there are other processes: takes the number of the descriptor, which the mount's options
     * name.
     */
    void reserve() {
        duplicate("keep a number for " + DEVICE, Operand.of(0), fuse.descriptor(), Fcntl.O_CLOEXEC);
    }

    /** In the container's first process, which has the JVM's user still: that of the container may not open it. */
    void open() {
        String step = "open " + DEVICE;
        Operand opened = open(step, DEVICE, Fcntl.O_RDWR.or(Fcntl.O_CLOEXEC));
        duplicate(step, opened, fuse.descriptor(), Fcntl.O_CLOEXEC);
        program().call(step, Syscall.CLOSE, opened);
    }

    private Operand open(String step, String path, Constant flags) {
        return program()
                .call(
                        step,
                        Syscall.OPENAT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(path),
                        Operand.of(flags),
                        Operand.of(0))
                .result(path.substring(path.lastIndexOf('/') + 1));
    }

    private void duplicate(String step, Operand from, int number, Constant flags) {
        program().call(step, Syscall.DUP3, from, Operand.of(number), Operand.of(flags));
    }

    /** In the same process: nothing can use the mount until the program answers. */
    void mount(String step, String target) {
        String options = "fd=%d,rootmode=40000,user_id=%d,group_id=%d,default_permissions,allow_other"
                .formatted(fuse.descriptor(), fuse.owner().uid(), fuse.owner().gid());
        site.calls().mount(step, FuseProgram.NAME, target, "fuse." + FuseProgram.NAME, Site.SAFE, options);
    }

    /** In the launcher, when the program runs or has failed: with the last descriptor goes the program's last hold. */
    void close() {
        program().call("leave " + DEVICE + " to " + FuseProgram.NAME, Syscall.CLOSE, Operand.of(fuse.descriptor()));
    }

    /** In the program's process, which is in the container's user namespace: where the layers are to be. */
    void beginServing(String scratch, String size) {
        program()
                .call(
                        "give " + FuseProgram.NAME + " its own mounts",
                        Syscall.UNSHARE,
                        Operand.of(CloneFlags.CLONE_NEWNS));
        // What the host unmounts must not stay busy here.
        site.calls()
                .mount("follow the host's mounts", null, "/", null, MountFlags.MS_REC.or(MountFlags.MS_SLAVE), null);
        site.calls().mount("mount a place for the layers", "tmpfs", scratch, "tmpfs", Site.SAFE, "mode=0755" + size);
        site.calls().chdir("enter the place for the layers", scratch);
    }

    /** In the same process, when layers and changes are in place: nothing of the container's start stays open in it. */
    void serve(String layers) {
        Operand none = open("give " + FuseProgram.NAME + " no streams", "/dev/null", Fcntl.O_RDWR);
        for (int stream = 0; stream < STANDARD_STREAMS; stream++) {
            duplicate("give " + FuseProgram.NAME + " no streams", none, stream, Constant.of(0));
        }
        if (fuse.descriptor() > Launcher.FIRST_PASSED) {
            closeRange(Launcher.FIRST_PASSED, Constant.of(fuse.descriptor() - 1L));
        }
        closeRange(fuse.descriptor() + 1, UINT_MAX);
        program()
                .call(
                        "pass " + DEVICE + " to " + FuseProgram.NAME,
                        Syscall.FCNTL,
                        Operand.of(fuse.descriptor()),
                        Operand.of(Fcntl.F_SETFD),
                        Operand.of(0));
        List<String> command = List.of(FuseProgram.NAME, "-f", "-o", layers, "/dev/fd/" + fuse.descriptor());
        program()
                .call(
                        "execute " + fuse.path(),
                        Syscall.EXECVE,
                        Operand.text(fuse.path()),
                        Data.vector(command).address(),
                        Data.environment(Map.of()).address());
    }

    private void closeRange(int first, Constant last) {
        program()
                .call(
                        "close what the start has open",
                        Syscall.CLOSE_RANGE,
                        Operand.of(first),
                        Operand.of(last),
                        Operand.of(0));
    }
}

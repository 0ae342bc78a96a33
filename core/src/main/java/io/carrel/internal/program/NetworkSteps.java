package io.carrel.internal.program;

import io.carrel.linux.LinuxSubject;
import io.carrel.linux.launch.Barrier;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import java.nio.charset.StandardCharsets;

/**
 * The steps that give a container a network of its own.
 *
 * @param program the program they are appended to
 * @param toHost the number of the socket by which the JVM gets the network namespace; 0 where it does not want it
 */
record NetworkSteps(ProgramBuilder program, int toHost) {

    private static final int IFNAMSIZ = 16;
    private static final int IFREQ_SIZE = 40;

    /**
     * In the launcher: joins the user namespace of the process it cloned, and makes a network namespace for it. The
     * other one may join that while {@code lo} comes up.
     */
    void make(Barrier made, Barrier up) {
        Operand pid = program.load(program.report(Report.CLONED_PID), "CLONED");
        Operand.Result first = program.call(
                        "open the container's first process", Syscall.PIDFD_OPEN, pid, Operand.of(0))
                .result("FIRST");
        program.call("join its user namespace", Syscall.SETNS, first, Operand.of(CloneFlags.CLONE_NEWUSER));
        program.call("create the network namespace", Syscall.UNSHARE, Operand.of(CloneFlags.CLONE_NEWNET))
                .about(LinuxSubject.NAMESPACE);
        if (toHost == 0) {
            made.open(openNamespace());
        } else {
            // The JVM must have it when the other process goes on, and says that it waits for the JVM.
            Data namespace = Data.words("namespace", 1);
            pass(openNamespace().storeTo(namespace.address()));
            made.open(namespace.address());
        }
        loopbackUp();
        up.open();
    }

    private ProgramBuilder.Call openNamespace() {
        return program.call(
                "open the network namespace",
                Syscall.OPENAT,
                Operand.of(Fcntl.AT_FDCWD),
                Operand.text("/proc/self/ns/net"),
                Operand.of(Fcntl.O_RDONLY.or(Fcntl.O_CLOEXEC)),
                Operand.of(0));
    }

    /** In a process that was born into the network: the JVM gets it. */
    void passOwn() {
        pass(openNamespace());
    }

    private void pass(ProgramBuilder.Call opened) {
        DescriptorMessage message = DescriptorMessage.sending(Data.struct("byte", new byte[1]), "NETWORK", 1);
        opened.storeTo(message.number(0));
        program.call(
                "pass the network to the host",
                Syscall.SENDMSG,
                Operand.of(toHost),
                message.address(),
                Operand.of(Sockets.MSG_NOSIGNAL));
    }

    /** The last use of the socket to the JVM. */
    void closeSocket() {
        program.call("close the socket to the host", Syscall.CLOSE, Operand.of(toHost));
    }

    /** In the container's first process: enters what the launcher has made. */
    void join(Barrier made) {
        program.call(
                "join the network namespace",
                Syscall.SETNS,
                made.await("NETWORK"),
                Operand.of(CloneFlags.CLONE_NEWNET));
    }

    /** Brings up {@code lo}, which is down in a new network namespace. */
    void loopbackUp() {
        String step = "bring up lo";
        Operand socket = program.call(
                        step,
                        Syscall.SOCKET,
                        Operand.of(Sockets.AF_INET),
                        Operand.of(Sockets.SOCK_DGRAM.or(Sockets.SOCK_CLOEXEC)),
                        Operand.of(0))
                .result("SOCKET");
        byte[] name = "lo".getBytes(StandardCharsets.US_ASCII);
        byte[] request = Struct.ofSize(IFREQ_SIZE)
                .bytes(name)
                .skip(IFNAMSIZ - name.length)
                .u16(Sockets.IFF_UP.value())
                .toBytes();
        program.call(
                step,
                Syscall.IOCTL,
                socket,
                Operand.of(Sockets.SIOCSIFFLAGS),
                Data.struct("{\"lo\", IFF_UP}", request).address());
    }
}

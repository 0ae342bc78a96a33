package io.carrel.linux.launch;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.ProgramBuilder.Call;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.util.Arrays;

/** The steps by which a program talks to the JVM, and others that its processes share. */
record ChannelSteps(ProgramBuilder program) {

    static final Constant UINT_MAX = new Constant("UINT_MAX", 0xffffffffL);

    /** Sends the report. */
    void say(String step, Report.Phase phase) {
        program.set(program.report(Report.PHASE), phase.ordinal());
        program.call(step, Syscall.WRITE, Operand.of(Launcher.CHANNEL), program.report(0), Operand.of(Report.SIZE));
    }

    /** Sends the report with a descriptor. */
    void send(String step, Report.Phase phase, DescriptorMessage message) {
        program.set(program.report(Report.PHASE), phase.ordinal());
        program.call(
                step,
                Syscall.SENDMSG,
                Operand.of(Launcher.CHANNEL),
                message.address(),
                Operand.of(Sockets.MSG_NOSIGNAL));
    }

    /** Sends a message that takes a descriptor along, and is no report. */
    void handOver(DescriptorMessage message) {
        handOver(message, Operand.of(Launcher.CHANNEL));
    }

    /** Does the same over another socket. */
    void handOver(DescriptorMessage message, Operand socket) {
        program.call(
                "hand the terminal over", Syscall.SENDMSG, socket, message.address(), Operand.of(Sockets.MSG_NOSIGNAL));
    }

    /** Sends the report to a socket, which may be gone, or full: then nobody gets it. */
    void tell(String step, Report.Phase phase, Operand socket) {
        program.set(program.report(Report.PHASE), phase.ordinal());
        program.call(
                        step,
                        Syscall.SENDTO,
                        socket,
                        program.report(0),
                        Operand.of(Report.SIZE),
                        Operand.of(Sockets.MSG_NOSIGNAL.or(Sockets.MSG_DONTWAIT)),
                        Operand.none(),
                        Operand.of(0))
                .ignoreFailure();
    }

    /** Does the same with a descriptor. */
    void tell(String step, Report.Phase phase, Operand socket, DescriptorMessage message) {
        program.set(program.report(Report.PHASE), phase.ordinal());
        program.call(
                        step,
                        Syscall.SENDMSG,
                        socket,
                        message.address(),
                        Operand.of(Sockets.MSG_NOSIGNAL.or(Sockets.MSG_DONTWAIT)))
                .ignoreFailure();
    }

    /** Looks at the first byte of the next message of a socket's, which stays; zero is the end of a channel. */
    Call peek(String step, int socket, Data first) {
        return program.call(
                step,
                Syscall.RECVFROM,
                Operand.of(socket),
                first.address(),
                Operand.of(1),
                Operand.of(Sockets.MSG_PEEK.or(Sockets.MSG_DONTWAIT)),
                Operand.none(),
                Operand.none());
    }

    /** Drops the next message of a socket's, if there is one. */
    Call take(String step, int socket) {
        return program.call(
                step,
                Syscall.RECVFROM,
                Operand.of(socket),
                Data.words("byte", 1).address(),
                Operand.of(1),
                Operand.of(Sockets.MSG_DONTWAIT),
                Operand.none(),
                Operand.none());
    }

    /** Reads a byte from the JVM; zero is the end of the channel. */
    Call listen(String step) {
        return program.call(
                step,
                Syscall.READ,
                Operand.of(Launcher.CHANNEL),
                Data.words("byte", 1).address(),
                Operand.of(1));
    }

    /** Waits for descriptors of the JVM's, which get the lowest free numbers; zero is the end of the channel. */
    Call receive(String step, int first, int count) {
        DescriptorMessage message =
                DescriptorMessage.receiving("{descriptors %d to %d}".formatted(first, first + count - 1), count);
        return program.call(step, Syscall.RECVMSG, Operand.of(Launcher.CHANNEL), message.address(), Operand.of(0));
    }

    void closeRange(String step, long first, Constant last, Constant flags) {
        program.call(step, Syscall.CLOSE_RANGE, Operand.of(first), Operand.of(last), Operand.of(flags));
    }

    /** A signal set with every bit as given. */
    static Data signals(String shown, int bits) {
        byte[] set = new byte[Waiting.SIGNAL_SET_SIZE];
        Arrays.fill(set, (byte) bits);
        return Data.struct(shown, set);
    }
}

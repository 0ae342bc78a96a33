package io.carrel.netns.relay;

import io.carrel.linux.launch.HelperProcess;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Prctl;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;

/**
 * The program that makes sockets in a network namespace for a JVM that cannot enter it. It enters the namespace and
 * answers each {@link #request} with a message that carries {@link #BATCH} new sockets, or with the errno of the call
 * that failed.
 *
 * <p>It needs to do no more: whoever has a socket can bind and connect it from anywhere, and the owner of a user
 * namespace has all capabilities in it, so also for ports below 1024.
 */
final class SocketMaker {

    /** How many sockets come at once, so that a connection seldom has to wait for one. */
    static final int BATCH = 8;

    static final int ANSWER_SIZE = 8;
    private static final int REQUEST_SIZE = 16;
    private static final Constant UINT_MAX = new Constant("UINT_MAX", 0xffffffffL);
    private static final Operand CHANNEL = Operand.of(Launcher.CHANNEL);
    private static final Operand NONE = Operand.of(0);

    private final ProgramBuilder program = new ProgramBuilder();
    private final Label failed = new Label("failed");
    private final Label quit = new Label("quit");
    private final Data request = Data.words("request", 2);
    private final Data answer = Data.words("answer", 1);
    private final DescriptorMessage message = DescriptorMessage.sending(answer, BATCH + " sockets", BATCH);

    private SocketMaker() {}

    /** Returns a request for sockets of this kind that do not block. */
    static byte[] request(SocketKind kind) {
        return Struct.ofSize(REQUEST_SIZE)
                .u64(kind.family().value())
                .u64(kind.type().or(Sockets.SOCK_NONBLOCK).value())
                .toBytes();
    }

    /**
     * Returns the program for a network namespace that is passed on to it.
     *
     * @param ownUsers whether the user namespace that owns that one is another than the JVM's, and passed on before it
     */
    static SyscallProgram compile(boolean ownUsers) {
        return new SocketMaker().build(ownUsers);
    }

    private SyscallProgram build(boolean ownUsers) {
        program.section("sockets", failed);
        int namespaces = ownUsers ? 2 : 1;
        closeFrom("close the descriptors of the JVM", Launcher.FIRST_PASSED + namespaces);
        hide();
        if (ownUsers) {
            enter("enter the user namespace", Launcher.FIRST_PASSED, CloneFlags.CLONE_NEWUSER);
            hide(); // The kernel resets this with every change of credentials.
        }
        enter("enter the network namespace", Launcher.FIRST_PASSED + namespaces - 1, CloneFlags.CLONE_NEWNET);
        closeFrom("close the namespaces", Launcher.FIRST_PASSED);
        HelperProcess.ready(program);
        serve();
        program.place(failed);
        program.section("failure", quit);
        HelperProcess.failed(program);
        program.place(quit);
        program.call("end", Syscall.EXIT_GROUP, Operand.of(0));
        return program.build();
    }

    private void hide() {
        program.call("hide from those inside", Syscall.PRCTL, Operand.of(Prctl.PR_SET_DUMPABLE), NONE);
    }

    private void enter(String step, int descriptor, Constant type) {
        program.call(step, Syscall.SETNS, Operand.of(descriptor), Operand.of(type));
    }

    private void closeFrom(String step, int first) {
        program.call(step, Syscall.CLOSE_RANGE, Operand.of(first), Operand.of(UINT_MAX), NONE);
    }

    private void serve() {
        Label loop = new Label("loop");
        Label refused = new Label("refused");
        program.section("sockets", quit);
        program.place(loop);
        program.call("await a request", Syscall.READ, CHANNEL, request.address(), Operand.of(REQUEST_SIZE))
                .onZero(quit);
        makeSockets(refused);
        program.set(answer.address(), 0);
        program.call(
                "pass the sockets on", Syscall.SENDMSG, CHANNEL, message.address(), Operand.of(Sockets.MSG_NOSIGNAL));
        closeFrom("close what is passed on", Launcher.FIRST_PASSED);
        program.go(loop);
        program.place(refused);
        closeFrom("close what was made before the failure", Launcher.FIRST_PASSED);
        program.add(program.report(Report.FAILURE), 0, answer.address());
        program.call("report the failure", Syscall.WRITE, CHANNEL, answer.address(), Operand.of(ANSWER_SIZE));
        program.go(loop);
    }

    private void makeSockets(Label refused) {
        Operand family = program.load(request.address(), "FAMILY");
        Operand type = program.load(request.at(Long.BYTES), "TYPE");
        for (int i = 0; i < BATCH; i++) {
            program.call("make a socket", Syscall.SOCKET, family, type, NONE)
                    .storeTo(message.number(i))
                    .onFailure(refused);
        }
    }
}

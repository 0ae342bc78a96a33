package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.log.ExitRecord;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.util.Map;

/**
 * Those of an init that goes on without the JVM. It takes over what {@link Detachment} has, and then waits for all of it at once: what the
 * command says, requests, and signals. At the end it writes what the command has still said, and then how it ended.
 */
final class DetachedEvents implements InitEvents {

    private static final Operand COMMAND = Operand.of(ProcessTree.PID_AFTER_INIT);
    private static final Data AT_ONCE = Data.struct("{0}", new byte[16]);

    /** How long, in seconds, a process outside may keep the command's standard output open after its end without a word. */
    private static final long GRACE = 1;
    /** How often more is read then: what a pipe holds at most is less. */
    private static final int MOST_AFTER_END = 1024;
    /** A wait without an end, in seconds. */
    private static final long FOREVER = 1L << 30;

    /** Of {@code struct pollfd}, whose first 32 bits are the descriptor. */
    private static final long WAIT_FOR_INPUT = Waiting.POLLIN.value() << Integer.SIZE;

    private static final int EVENTS_AT = 48;
    /** A descriptor that is not waited for. */
    private static final long NOTHING = 0xffffffffL;

    private static final int AT_OUTPUT = 0;
    private static final int AT_ERROR = 8;
    private static final int AT_SOCKET = 16;
    private static final int AT_SIGNALS = 24;
    private static final int COUNT = 4;

    private final ProgramBuilder program;
    private final ChannelSteps channel;
    private final FailurePath failure;
    private final Supervision common;
    private final Data position = Data.words("log", Detachment.SIZE / Long.BYTES);
    private final LogSteps log;
    private final Data awaited = Data.words("awaited", COUNT);
    private final Data patience = Data.words("patience", 2);
    private final Data isDraining = Data.words("is_draining", 1);
    private final Data turns = Data.word("turns", MOST_AFTER_END);
    private final Data exit = Data.words("exit", ExitRecord.RUSAGE / Long.BYTES);
    private final Label look = new Label("look");
    private final Label drain = new Label("drain");
    private final Label drained = new Label("drained");

    DetachedEvents(ProgramBuilder program, ChannelSteps channel, FailurePath failure, Supervision common) {
        this.program = program;
        this.channel = channel;
        this.failure = failure;
        this.common = common;
        log = new LogSteps(program, position);
    }

    /** The launcher has ended when there is a message, and cannot open anything in the table of both any more. */
    @Override
    public void begin() {
        channel.say("report that the command runs", Report.Phase.STARTED);
        Data message = Data.variable("[{CHANNEL, POLLIN}]", entry(Launcher.CHANNEL), Map.of());
        program.call(
                "await what it needs without the JVM",
                Syscall.PPOLL,
                message.address(),
                Operand.of(1),
                Operand.none(),
                Operand.none(),
                Operand.of(Waiting.SIGNAL_SET_SIZE));
        channel.closeRange(
                "give up what the steps had opened", Launcher.FIRST_PASSED, ChannelSteps.UINT_MAX, Constant.of(0));
        receive();
        program.call(
                "see signals where the rest is seen",
                Syscall.SIGNALFD4,
                Operand.of(-1),
                ChannelSteps.signals("~[]", 0xff).address(),
                Operand.of(Waiting.SIGNAL_SET_SIZE),
                Operand.of(Waiting.SFD_CLOEXEC));
        channel.closeRange("give up the standard streams", 0, Constant.of(2), Constant.of(0));
        log.map();
        program.set(awaited.at(AT_OUTPUT), DetachedNumbers.OUTPUT | WAIT_FOR_INPUT);
        program.set(awaited.at(AT_ERROR), DetachedNumbers.ERROR | WAIT_FOR_INPUT);
        program.set(awaited.at(AT_SOCKET), DetachedNumbers.SOCKET | WAIT_FOR_INPUT);
        program.set(awaited.at(AT_SIGNALS), DetachedNumbers.SIGNALS | WAIT_FOR_INPUT);
        channel.say("report that it goes on without the JVM", Report.Phase.DETACHED);
    }

    private static byte[] entry(int descriptor) {
        return Struct.ofSize(Long.BYTES).u64(descriptor | WAIT_FOR_INPUT).toBytes();
    }

    private void receive() {
        Label gone = failure.quit();
        Label whole = new Label("whole");
        Label complete = new Label("complete");
        Data unwanted = Data.words("unwanted", 1);
        DescriptorMessage message = DescriptorMessage.receiving(
                position,
                "{log, descriptors %d to %d}"
                        .formatted(DetachedNumbers.SOCKET, DetachedNumbers.SOCKET + DetachedNumbers.COUNT - 1),
                DetachedNumbers.COUNT);
        program.call(
                        "receive what it needs without the JVM",
                        Syscall.RECVMSG,
                        Operand.of(Launcher.CHANNEL),
                        message.address(),
                        Operand.of(Sockets.MSG_CMSG_CLOEXEC))
                .onZero(gone)
                .onPositive(whole);
        program.place(whole);
        program.and(message.flags(), Sockets.MSG_CTRUNC.value(), unwanted.address())
                .onZero(complete);
        program.set(program.report(Report.FAILED_INSTRUCTION), 0);
        program.set(program.report(Report.FAILURE), -Errno.named("EMFILE").number());
        program.fail();
        program.place(complete);
    }

    @Override
    public void look(Label serve, Label killAll) {
        Label idle = new Label("idle");
        Label error = new Label("look for errors");
        Label socket = new Label("look at the socket");
        Label signals = new Label("look for signals");
        Label reap = new Label("reap them");
        Label interrupted = new Label("interrupted");
        program.place(look);
        program.set(patience.at(8), 0);
        program.call(
                        "await what the command says, requests, and signals",
                        Syscall.PPOLL,
                        awaited.address(),
                        Operand.of(COUNT),
                        patience.address(),
                        Operand.none(),
                        Operand.of(Waiting.SIGNAL_SET_SIZE))
                .onZero(idle)
                .onFailure(interrupted);
        ifThere(AT_OUTPUT, error);
        log.relay(DetachedNumbers.OUTPUT, 1);
        program.place(error);
        ifThere(AT_ERROR, socket);
        log.relay(DetachedNumbers.ERROR, 2);
        relay(error, socket);
        program.place(socket);
        program.ifEqual(isDraining.address(), 1, drain);
        ifThere(AT_SOCKET, signals);
        answer(serve, killAll, signals);
        program.place(signals);
        ifThere(AT_SIGNALS, reap);
        forward(reap);
        program.place(interrupted);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EINTR.number(), reap);
        program.fail();
        program.place(idle);
        program.ifEqual(isDraining.address(), 1, drained);
        program.place(reap);
    }

    private void ifThere(int entry, Label otherwise) {
        program.shiftRight(awaited.at(entry), EVENTS_AT, Data.words("events", 1).address())
                .onZero(otherwise);
    }

    private void relay(Label error, Label socket) {
        Label done = new Label("relayed");
        Label atEnd = new Label("at its end");
        Label noOutput = new Label("no output any more");
        log.append(done, atEnd);
        program.place(atEnd);
        log.ifFrom(DetachedNumbers.OUTPUT, noOutput);
        program.set(awaited.at(AT_ERROR), NOTHING);
        program.go(socket);
        program.place(noOutput);
        program.set(awaited.at(AT_OUTPUT), NOTHING);
        program.go(error);
        program.place(done);
        log.ifFrom(DetachedNumbers.OUTPUT, error);
        program.go(socket);
    }

    /** What is asked for stays until it is served, but for what nobody understands. */
    private void answer(Label serve, Label killAll, Label next) {
        Label asked = new Label("asked");
        Label drop = new Label("drop");
        Label attach = new Label("attach");
        Label endInput = new Label("end input");
        Label unclear = new Label("unclear");
        Data kind = Data.words("kind", 1);
        channel.peek("see what is asked for", DetachedNumbers.SOCKET, kind)
                .onPositive(asked)
                .onZero(drop)
                .onFailure(unclear);
        program.place(unclear);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), next);
        program.fail();
        program.place(asked);
        program.ifEqual(kind.address(), ExecArea.EXECUTE, serve);
        program.ifEqual(kind.address(), ExecArea.END, killAll);
        program.ifEqual(kind.address(), ExecArea.ATTACH, attach);
        program.ifEqual(kind.address(), ExecArea.END_INPUT, endInput);
        program.place(drop);
        channel.take("drop what nobody understands", DetachedNumbers.SOCKET);
        program.go(next);
        program.place(endInput);
        program.call(
                        "let go of standard input",
                        Syscall.DUP3,
                        Operand.of(DetachedNumbers.NULL),
                        Operand.of(DetachedNumbers.INPUT),
                        Operand.of(Fcntl.O_CLOEXEC))
                .ignoreFailure();
        program.go(drop);
        program.place(attach);
        attach(drop);
        program.go(next);
    }

    /** The only descriptor that comes gets the number 0, as the init has no standard streams. */
    private void attach(Label drop) {
        DescriptorMessage message = DescriptorMessage.receiving("{descriptor 0}", 1);
        DescriptorMessage answer = DescriptorMessage.sending(program.report(0).data(), "INPUT", 1);
        program.call(
                        "receive where to answer",
                        Syscall.RECVMSG,
                        Operand.of(DetachedNumbers.SOCKET),
                        message.address(),
                        Operand.of(Sockets.MSG_DONTWAIT))
                .onFailure(drop);
        program.set(answer.number(0), DetachedNumbers.INPUT);
        channel.tell("answer who attaches", Report.Phase.ATTACHED, Operand.of(0), answer);
        channel.closeRange("give up where it has answered", 0, Constant.of(2), Constant.of(0));
    }

    private void forward(Label reap) {
        Data signal = Data.words("signal", 1);
        common.awaitSignal("take a signal", AT_ONCE.address())
                .storeTo(signal.address())
                .onFailure(reap);
        program.ifEqual(signal.address(), Waiting.SIGCHLD.value(), reap);
        program.call("forward a signal to the command", Syscall.KILL, COMMAND, program.load(signal.address(), "SIGNAL"))
                .ignoreFailure();
        program.go(reap);
    }

    /** Whoever is there may be the first of many, and others want something, too. */
    @Override
    public void reaped() {
        program.set(patience.address(), 0);
    }

    @Override
    public void await(Label turn) {
        program.set(patience.address(), FOREVER);
        program.go(turn);
    }

    /** All others have ended; so whoever has the other end of a stream is outside, and what he says is not awaited for long. */
    @Override
    public void end(String step, Report.Phase phase) {
        boolean isComplete = phase == Report.Phase.EXITED;
        program.set(exit.at(ExitRecord.USAGE_KNOWN), isComplete ? 1 : 0);
        program.go(drain);
    }

    @Override
    public void finish() {
        Label checkError = new Label("is there standard error");
        Label more = new Label("more may come");
        program.place(drain);
        program.set(isDraining.address(), 1);
        program.set(awaited.at(AT_SOCKET), NOTHING);
        program.set(awaited.at(AT_SIGNALS), NOTHING);
        program.ifEqual(awaited.at(AT_OUTPUT), NOTHING, checkError);
        program.go(more);
        program.place(checkError);
        program.ifEqual(awaited.at(AT_ERROR), NOTHING, drained);
        program.place(more);
        program.set(patience.address(), GRACE);
        program.add(turns.address(), -1, turns.address()).onPositive(look);
        program.place(drained);
        writeExit();
    }

    private void writeExit() {
        program.set(exit.at(ExitRecord.MAGIC_AT), ExitRecord.MAGIC);
        program.and(program.report(Report.WAIT_STATUS), 0xffffffffL, exit.at(ExitRecord.STATUS));
        program.add(log.lost(), 0, exit.at(ExitRecord.LOST));
        program.call(
                        "see what time it is",
                        Syscall.CLOCK_GETTIME,
                        Operand.of(Waiting.CLOCK_REALTIME),
                        exit.at(ExitRecord.SECONDS))
                .ignoreFailure();
        write("write what all have used", program.report(Report.RUSAGE), ExitRecord.RUSAGE_SIZE, ExitRecord.RUSAGE);
        write("write how the command ended", exit.address(), ExitRecord.RUSAGE, 0);
        program.call("end with the command", Syscall.EXIT_GROUP, Operand.of(0));
    }

    private void write(String step, Operand from, int size, int at) {
        program.call(step, Syscall.PWRITE64, Operand.of(DetachedNumbers.EXIT), from, Operand.of(size), Operand.of(at))
                .ignoreFailure();
    }
}

package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/**
 * Those of any JVM, over a datagram socket: a request comes whole, so no one can keep the init waiting. With it comes,
 * last of all, a socket for the answers, which the init keeps under the number that belongs to the slot it has chosen.
 * Who does not read them, or is gone, gets none.
 */
final class SocketRequests implements Requests {

    /** In a slot that has been used: no child has this pid. */
    private static final int UNUSED = 1;
    /** What comes before the answer's socket is given a number of its own. */
    private static final long NOBODY = 0xffffffffL;
    /** A zero has to stay behind the last slot. */
    private static final long END_OF_SLOTS = ExecArea.slot(ExecArea.SLOTS);
    /** {@code FUTEX_OP(FUTEX_OP_SET, UNUSED, FUTEX_OP_CMP_EQ, 0)}. */
    private static final Constant SET_UNUSED =
            new Constant("FUTEX_OP(SET, %d, CMP_EQ, 0)".formatted(UNUSED), UNUSED << 12);

    private final ProgramBuilder program;
    private final ChannelSteps channel;
    private final int groups;
    private final Data answers = Data.words("answers", 1);
    private final Data chosen = Data.words("chosen_slot", 1);

    SocketRequests(ProgramBuilder program, ChannelSteps channel, int groups) {
        this.program = program;
        this.channel = channel;
        this.groups = groups;
    }

    private int lastReceived() {
        return DetachedNumbers.FREE + groups;
    }

    @Override
    public int socket() {
        return DetachedNumbers.SOCKET;
    }

    @Override
    public int others() {
        return 1;
    }

    @Override
    public int firstReceived() {
        return DetachedNumbers.FREE;
    }

    @Override
    public void begin() {
        program.set(answers.address(), NOBODY);
    }

    @Override
    public void received(Data header, Label refused) {
        Label next = new Label("next slot");
        Label found = new Label("free slot");
        Label full = new Label("no slot");
        Data taken = Data.words("taken", 1);
        Data number = Data.words("number", 1);
        program.set(answers.address(), lastReceived());
        refuseIfNobodyWaits(refused);
        program.set(chosen.address(), ExecArea.slot(0));
        program.set(number.address(), DetachedNumbers.ANSWERS);
        program.place(next);
        program.ifEqual(chosen.address(), END_OF_SLOTS, full);
        program.loadAt(program.load(chosen.address(), "SLOT"), taken.address(), found);
        program.ifEqual(taken.address(), UNUSED, found);
        program.add(chosen.address(), Long.BYTES, chosen.address());
        program.add(number.address(), 1, number.address());
        program.go(next);
        program.place(full);
        program.set(program.report(Report.FAILED_INSTRUCTION), 0);
        program.set(program.report(Report.FAILURE), -Errno.EAGAIN.number());
        program.go(refused);
        program.place(found);
        program.call(
                        "keep where to tell of its end",
                        Syscall.DUP3,
                        Operand.of(lastReceived()),
                        program.load(number.address(), "NUMBER"),
                        Operand.of(Fcntl.O_CLOEXEC))
                .storeTo(answers.address())
                .onFailure(refused);
        program.add(chosen.address(), 0, header.at(ExecArea.SLOT));
    }

    /** Who asked may have given up long ago, while the container was paused. */
    private void refuseIfNobodyWaits(Label refused) {
        Label there = new Label("somebody waits");
        Label nobody = new Label("nobody waits");
        channel.peek("see whether somebody waits for the answer", lastReceived(), Data.words("word", 1))
                .onPositive(there)
                .onZero(nobody)
                .onFailure(there);
        program.place(nobody);
        program.set(program.report(Report.FAILED_INSTRUCTION), 0);
        program.set(program.report(Report.FAILURE), -Errno.EPIPE.number());
        program.go(refused);
        program.place(there);
    }

    /** The init has no channel any more, so its number is free in the process, which has descriptors of its own. */
    @Override
    public void keepAnswers() {
        program.call(
                "keep where its terminal goes",
                Syscall.DUP3,
                answers(),
                Operand.of(Launcher.CHANNEL),
                Operand.of(Fcntl.O_CLOEXEC));
    }

    @Override
    public void handOver(DescriptorMessage message) {
        channel.handOver(message);
    }

    @Override
    public void tellItRuns(DescriptorMessage answer) {
        channel.tell("tell that it runs", Report.Phase.EXEC_RUNS, answers(), answer);
    }

    /** Its process, which is a zombie now, must not be taken for one that has been executed. */
    @Override
    public void tellItDoesNot() {
        Label close = new Label("close");
        channel.tell("tell that it does not run", Report.Phase.EXEC_FAILED, answers());
        program.ifEqual(answers.address(), NOBODY, close);
        program.ifEqual(answers.address(), lastReceived(), close);
        forget(chosen, answers());
        program.place(close);
    }

    @Override
    public void close() {
        channel.closeRange(
                "give up what came with them",
                DetachedNumbers.FREE,
                Constant.of(DetachedNumbers.ANSWERS - 1L),
                Constant.of(0));
    }

    @Override
    public void tellItEnded(Data slot) {
        Data number = Data.words("number", 1);
        program.add(slot.address(), -ExecArea.ADDRESS, number.address());
        program.shiftRight(number.address(), 3, number.address());
        program.add(number.address(), DetachedNumbers.ANSWERS, number.address());
        channel.tell("tell that it has ended", Report.Phase.EXEC_ENDED, program.load(number.address(), "ANSWERS"));
        forget(slot, program.load(number.address(), "ANSWERS"));
    }

    /** The kernel stores where a word says: instructions store only where the program says. */
    private void forget(Data slot, Operand socket) {
        Operand place = program.load(slot.address(), "SLOT");
        program.call("give up where to tell of its end", Syscall.CLOSE, socket).ignoreFailure();
        program.call(
                        "free its slot",
                        Syscall.FUTEX,
                        place,
                        Operand.of(Waiting.FUTEX_WAKE_OP),
                        Operand.of(0),
                        Operand.of(0),
                        place,
                        Operand.of(SET_UNUSED))
                .ignoreFailure();
    }

    private Operand answers() {
        return program.load(answers.address(), "ANSWERS");
    }
}

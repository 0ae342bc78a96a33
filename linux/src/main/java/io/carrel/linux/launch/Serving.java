package io.carrel.linux.launch;

import static io.carrel.linux.uapi.CloneFlags.CLONE_CHILD_SETTID;
import static io.carrel.linux.uapi.CloneFlags.CLONE_PIDFD;
import static io.carrel.linux.uapi.CloneFlags.CLONE_VFORK;
import static io.carrel.linux.uapi.CloneFlags.CLONE_VM;

import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Memory;
import io.carrel.linux.uapi.MessageHeader;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/**
 * The part of an init's program by which it executes what this JVM asks for ({@link ExecArea}), and the steps of the
 * process that it clones for that. The privileges, limits and signals of that process come from the very instructions
 * of the command's own, which it goes through between {@link #settle} and {@link #ifServing}.
 *
 * <p>The standard streams come with the message. The init has none of its own, so the kernel gives them the numbers 0,
 * 1 and 2.
 */
final class Serving {

    private static final int STREAMS = 3;
    private static final String RECEIVE = "receive what is to be executed";

    private final ProgramBuilder program;
    private final ChannelSteps channel;
    private final FailurePath failure;
    private final Requests requests;
    private final int groups;
    private final Data header = ExecArea.header();
    private final Data isMapped = Data.words("exec_is_mapped", 1);
    private final Data isServing = Data.words("is_serving", 1);
    private final Data hasFailed = Data.words("exec_failed", 1);
    private final Label serve = new Label("serve");
    private final Label settle = new Label("settle");
    private final Label settled = new Label("settled");
    private final ExecSteps steps;

    /**
     * Appends nothing yet.
     *
     * @param requests where it is asked to
     * @param groups how many files come after the streams by which a process enters the command's cgroup
     */
    Serving(ProgramBuilder program, ChannelSteps channel, FailurePath failure, Requests requests, int groups) {
        this.program = program;
        this.channel = channel;
        this.failure = failure;
        this.requests = requests;
        this.groups = groups;
        steps = new ExecSteps(program, header, requests.firstReceived(), groups, hasFailed, requests);
    }

    /** Here, in the command's process, begins what the others do, too. */
    void settle() {
        program.place(settle);
    }

    /** Here it has become its user. */
    void settled() {
        program.place(settled);
    }

    /** Here it ends: the others go on with what they are to execute. */
    void ifServing() {
        program.ifEqual(isServing.address(), 1, steps.execute());
    }

    /** After a failure in between. */
    void ifServingFailed() {
        program.ifEqual(isServing.address(), 1, steps.failed());
    }

    /** Where the init goes when there is such a message. */
    Label serve() {
        return serve;
    }

    /**
     * Appends all of it.
     *
     * @param turn where the init goes on
     * @param privileges what the process does to have the privileges that the command's began with, and to be somebody
     *     else
     */
    void append(Label turn, ExecPrivileges privileges) {
        Label refused = new Label("refused");
        Label served = new Label("served");
        Label told = new Label("told");
        program.section("init", refused);
        receive(refused);
        DescriptorMessage answer = DescriptorMessage.sending(program.report(0).data(), "pidfd", 1);
        cloneProcess(answer, served);
        steps.append(settle, settled, privileges);
        failure.section("init");
        program.place(served);
        program.set(isServing.address(), 0);
        program.ifEqual(hasFailed.address(), 1, told);
        Label close = new Label("close");
        requests.tellItRuns(answer);
        program.go(close);
        program.place(refused);
        program.set(isServing.address(), 0);
        program.place(told);
        requests.tellItDoesNot();
        program.place(close);
        channel.closeRange("give up its standard streams", 0, Constant.of(STREAMS - 1L), Constant.of(0));
        requests.close();
        program.call(
                        "give back the memory of what was executed",
                        Syscall.MADVISE,
                        MapSteps.place(ExecArea.BLOCK),
                        Operand.of(ExecArea.BLOCK_SIZE),
                        Operand.of(Memory.MADV_DONTNEED))
                .ignoreFailure();
        program.go(turn);
    }

    private void receive(Label refused) {
        Label mapped = new Label("mapped");
        Label noRoom = new Label("no room");
        program.place(serve);
        requests.begin();
        program.ifEqual(isMapped.address(), 1, mapped);
        new MapSteps(program)
                .map("make room for what is to be executed", ExecArea.ADDRESS, ExecArea.SIZE)
                .onFailure(noRoom);
        program.set(isMapped.address(), 1);
        program.place(mapped);
        receiveMessage(noRoom, refused);
        Label received = new Label("received");
        program.go(received);
        program.place(noRoom);
        channel.take("drop what is to be executed", requests.socket()).ignoreFailure();
        program.go(refused);
        program.place(received);
        requests.received(header, refused);
    }

    /** All of it must have come, with as many descriptors as are expected. */
    private void receiveMessage(Label failed, Label refused) {
        int descriptors = STREAMS + groups + requests.others();
        DescriptorMessage message = DescriptorMessage.receiving(
                header,
                ExecArea.BLOCK,
                ExecArea.BLOCK_SIZE,
                "{what to execute, %d descriptors}".formatted(descriptors),
                descriptors);
        Data length = Data.words("length", 1);
        Data unwanted = Data.words("unwanted", 1);
        Label malformed = new Label("malformed");
        Label whole = new Label("whole");
        Label complete = new Label("complete");
        Label counted = new Label("counted");
        program.set(message.controlLength(), message.control().size());
        program.set(message.control().address(), 0);
        program.call(
                        RECEIVE,
                        Syscall.RECVMSG,
                        Operand.of(requests.socket()),
                        message.address(),
                        Operand.of(Sockets.MSG_DONTWAIT))
                .storeTo(length.address())
                .onFailure(failed);
        program.add(length.address(), -ExecArea.HEADER_SIZE, unwanted.address()).onFailure(malformed);
        program.ifSame(length.address(), program.load(header.at(ExecArea.TOTAL), "SIZE"), whole);
        program.go(malformed);
        program.place(whole);
        program.and(message.flags(), Sockets.MSG_TRUNC.or(Sockets.MSG_CTRUNC).value(), unwanted.address())
                .onZero(complete);
        program.go(malformed);
        program.place(complete);
        program.ifEqual(message.control().address(), MessageHeader.controlLength(descriptors), counted);
        program.place(malformed);
        program.set(program.report(Report.FAILED_INSTRUCTION), 0);
        program.set(program.report(Report.FAILURE), -Errno.EBADMSG.number());
        program.go(refused);
        program.place(counted);
    }

    private void cloneProcess(DescriptorMessage answer, Label served) {
        program.set(isServing.address(), 1);
        program.set(hasFailed.address(), 0);
        program.set(answer.number(0), 0); // The kernel stores it there, so it has to be where a program can be written.
        Operand slot = program.load(header.at(ExecArea.SLOT), "SLOT");
        Constant flags =
                CLONE_VM.or(CLONE_VFORK).or(CLONE_PIDFD).or(CLONE_CHILD_SETTID).or(Waiting.SIGCHLD);
        // The process stores its own zero there first, as it shares this memory; then it is executed, and this one goes
        // on.
        program.call(
                        "create a process in the container",
                        Syscall.CLONE,
                        Operand.of(flags),
                        Operand.none(),
                        answer.number(0),
                        slot,
                        slot)
                .about(LinuxSubject.EXEC)
                .storeTo(program.report(Report.EXEC_PID))
                .onPositive(served);
    }

    /**
     * Appends that an end is told if it is that of such a process.
     *
     * @param reaped the pid
     * @param goOn where to go then
     */
    void tellOfEnd(Data reaped, Label goOn) {
        Data cursor = Data.words("slot", 1);
        Label next = new Label("next slot");
        Label found = new Label("found");
        program.ifEqual(isMapped.address(), 0, goOn);
        program.set(cursor.address(), ExecArea.ADDRESS);
        Operand.Result pid = program.load(reaped.address(), "PID");
        program.place(next);
        Operand.Result slot = program.load(cursor.address(), "SLOT");
        Data taken = Data.words("taken", 1);
        program.loadAt(slot, taken.address(), goOn);
        program.ifSame(taken.address(), pid, found);
        program.add(cursor.address(), Long.BYTES, cursor.address());
        program.go(next);
        program.place(found);
        program.add(reaped.address(), 0, program.report(Report.EXEC_PID));
        requests.tellItEnded(cursor);
        program.go(goOn);
    }
}

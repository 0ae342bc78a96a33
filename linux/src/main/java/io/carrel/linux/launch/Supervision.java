package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/**
 * The loop of a process that supervises the command: it reaps what ends, forwards signals, reports the command's end, and
 * ends all when the JVM is gone. Every signal is blocked, so the loop takes them one by one.
 */
record Supervision(ProgramBuilder program, Talk talk) {

    /** Any child that ends is the command. */
    static final long ANY_CHILD = 0;

    /**
     * Appends the loop.
     *
     * @param self the own pid
     * @param command the command's pid, for signals
     * @param commandPid the same, where it is known when the program is made, or {@link #ANY_CHILD}
     */
    void append(Operand self, Operand command, long commandPid) {
        Label loop = new Label("loop");
        Label jvmGone = new Label("jvm gone");
        Label reap = new Label("reap");
        Label unclear = new Label("unclear");
        Label interrupted = new Label("interrupted");
        Data signal = Data.words("signal", 1);

        watchChannel(self);
        talk.say("report that the command runs", Report.Phase.STARTED);
        talk.closeRange("give up the standard streams", 0, Constant.of(2), Constant.of(0));
        talk.listen("see whether the JVM is there")
                .onZero(jvmGone)
                .onPositive(loop)
                .onFailure(unclear);

        program.place(loop);
        program.call(
                        "await a signal",
                        Syscall.RT_SIGTIMEDWAIT,
                        Talk.signals("~[]", 0xff).address(),
                        Operand.none(),
                        Operand.none(),
                        Operand.of(Talk.SIGNAL_SET_SIZE))
                .storeTo(signal.address())
                .onFailure(interrupted);
        program.ifEqual(signal.address(), Waiting.SIGCHLD.value(), reap);
        forward(command, signal, loop);
        talk.listen("see whether the JVM is there")
                .onZero(jvmGone)
                .onPositive(loop)
                .onFailure(unclear);
        // A JVM that died with a message unread resets the channel: ECONNRESET, once, and nothing wakes us afterwards.
        program.place(unclear);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), loop);
        program.place(jvmGone);
        program.call("end the container, as the JVM is gone", Syscall.EXIT_GROUP, Operand.of(1));
        program.place(interrupted);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EINTR.number(), loop);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), loop);
        program.fail();
        reap(commandPid, reap, loop);
    }

    /** The kernel sends SIGIO when the JVM's end of the channel closes, be it by the JVM's death. */
    private void watchChannel(Operand self) {
        Operand channel = Operand.of(Launcher.CHANNEL);
        String step = "watch the channel to the JVM";
        program.call(step, Syscall.FCNTL, channel, Operand.of(Fcntl.F_SETOWN), self);
        program.call(
                step,
                Syscall.FCNTL,
                channel,
                Operand.of(Fcntl.F_SETFL),
                Operand.of(Fcntl.O_RDWR.or(Fcntl.FASYNC).or(Fcntl.O_NONBLOCK)));
    }

    /** Goes on with the next instruction after SIGIO, and to the loop after any other signal. */
    private void forward(Operand command, Data signal, Label loop) {
        Label channel = new Label("channel");
        program.ifEqual(signal.address(), Waiting.SIGIO.value(), channel);
        program.call("forward a signal to the command", Syscall.KILL, command, program.load(signal.address(), "SIGNAL"))
                .ignoreFailure();
        program.go(loop);
        program.place(channel);
    }

    private void reap(long commandPid, Label reap, Label loop) {
        Data reaped = Data.words("reaped", 1);
        Label ended = new Label("ended");
        program.place(reap);
        program.call(
                        "reap a process",
                        Syscall.WAIT4,
                        Operand.of(-1),
                        program.report(Report.WAIT_STATUS),
                        Operand.of(Waiting.WNOHANG),
                        program.report(Report.RUSAGE))
                .storeTo(reaped.address())
                .onZero(loop);
        if (commandPid == ANY_CHILD) {
            program.place(ended);
        } else {
            program.ifEqual(reaped.address(), commandPid, ended);
            program.go(reap);
            program.place(ended);
            unlessAlone();
        }
        end("report the command's end", Report.Phase.EXITED);
    }

    /** The JVM need not wait for the end of an init that has no children any more. */
    private void unlessAlone() {
        Label look = new Label("look");
        Label none = new Label("none");
        Label alone = new Label("alone");
        Label others = new Label("others");
        program.place(look);
        program.call(
                        "see whether another process is left",
                        Syscall.WAIT4,
                        Operand.of(-1),
                        Operand.none(),
                        Operand.of(Waiting.WNOHANG),
                        Operand.none())
                .onPositive(look)
                .onZero(others)
                .onFailure(none);
        program.place(none);
        program.ifEqual(program.report(Report.FAILURE), -Errno.ECHILD.number(), alone);
        program.place(others);
        end("report the command's end, before that of others", Report.Phase.EXITED_BEFORE_OTHERS);
        program.place(alone);
    }

    private void end(String step, Report.Phase phase) {
        talk.say(step, phase);
        program.call("end with the command", Syscall.EXIT_GROUP, Operand.of(0));
    }
}

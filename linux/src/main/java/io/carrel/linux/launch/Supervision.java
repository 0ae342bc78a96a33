package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.ProgramBuilder.Call;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/**
 * The loop of a process that supervises the command: it reaps what ends, forwards signals, reports the command's end,
 * and ends all when the JVM wants that or is gone. Every signal is blocked, so the loop takes them one by one.
 *
 * <p>Each turn looks at the channel first, whatever woke it: those inside can send it signals, and let children of
 * theirs become its own and end, without pause, and the kernel gives lower signals before the channel's.
 */
record Supervision(ProgramBuilder program, ChannelSteps channel) {

    /**
     * Appends the loop of a launcher, outside of the command's PID namespace.
     *
     * @param self the own pid
     * @param command the command's pid
     */
    void ofLauncher(Operand self, Operand command) {
        Label turn = new Label("turn");
        Label reap = new Label("reap");
        Label ended = new Label("ended");
        begin(self, Fcntl.O_NONBLOCK);
        program.place(turn);
        lookAtChannel(command, reap);
        program.place(reap);
        // Not just any child: the command can make siblings of its own (CLONE_PARENT).
        program.call(
                        "reap the command",
                        Syscall.WAIT4,
                        command,
                        program.report(Report.WAIT_STATUS),
                        Operand.of(Waiting.WNOHANG),
                        program.report(Report.RUSAGE))
                .onPositive(ended);
        forward(command, turn);
        program.place(ended);
        end("report the command's end", Report.Phase.EXITED);
    }

    /** Says that the command runs, and gives up what only a start needs. */
    void begin(Operand self, Constant flags) {
        watchChannel(self, flags);
        channel.say("report that the command runs", Report.Phase.STARTED);
        channel.closeRange("give up the standard streams", 0, Constant.of(2), Constant.of(0));
        channel.closeRange(
                "give up what the steps had opened", Launcher.FIRST_PASSED, ChannelSteps.UINT_MAX, Constant.of(0));
    }

    private void lookAtChannel(Operand command, Label goOn) {
        Label gone = new Label("jvm gone");
        Label unclear = new Label("unclear");
        channel.listen("see whether the JVM is there")
                .onPositive(goOn)
                .onZero(gone)
                .onFailure(unclear);
        ifJvmIsThere(unclear, goOn);
        program.place(gone);
        // It may have made the kernel forget that it is to die with its parent.
        program.call("kill the command, as the JVM is gone", Syscall.KILL, command, Operand.of(Waiting.SIGKILL))
                .ignoreFailure();
        endWithJvm();
    }

    /** A JVM that died with a message unread resets the channel: ECONNRESET, once, and nothing wakes us afterwards. */
    void ifJvmIsThere(Label unclear, Label goOn) {
        program.place(unclear);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), goOn);
    }

    void endWithJvm() {
        program.call("end the container, as the JVM is gone", Syscall.EXIT_GROUP, Operand.of(1));
    }

    /** The kernel sends SIGIO when the JVM's end of the channel closes, be it by the JVM's death. */
    private void watchChannel(Operand self, Constant flags) {
        Operand socket = Operand.of(Launcher.CHANNEL);
        String step = "watch the channel to the JVM";
        program.call(step, Syscall.FCNTL, socket, Operand.of(Fcntl.F_SETOWN), self);
        program.call(
                step,
                Syscall.FCNTL,
                socket,
                Operand.of(Fcntl.F_SETFL),
                Operand.of(Fcntl.O_RDWR.or(Fcntl.FASYNC).or(flags)));
    }

    /** Waits for a signal; what is not about a child or the channel is the command's. */
    void forward(Operand command, Label turn) {
        Label interrupted = new Label("interrupted");
        Data signal = Data.words("signal", 1);
        awaitSignal("await a signal", Operand.none()).storeTo(signal.address()).onFailure(interrupted);
        program.ifEqual(signal.address(), Waiting.SIGCHLD.value(), turn);
        program.ifEqual(signal.address(), Waiting.SIGIO.value(), turn);
        program.call("forward a signal to the command", Syscall.KILL, command, program.load(signal.address(), "SIGNAL"))
                .ignoreFailure();
        program.go(turn);
        program.place(interrupted);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EINTR.number(), turn);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), turn);
        program.fail();
    }

    Call awaitSignal(String step, Operand atMost) {
        return program.call(
                step,
                Syscall.RT_SIGTIMEDWAIT,
                ChannelSteps.signals("~[]", 0xff).address(),
                Operand.none(),
                atMost,
                Operand.of(Waiting.SIGNAL_SET_SIZE));
    }

    void end(String step, Report.Phase phase) {
        channel.say(step, phase);
        program.call("end with the command", Syscall.EXIT_GROUP, Operand.of(0));
    }
}

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
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/**
 * The loop of a process that supervises the command: it reaps what ends, forwards signals, reports the command's end, and
 * ends all when the JVM wants that or is gone. Every signal is blocked, so the loop takes them one by one.
 *
 * <p>Each turn looks at the channel first, whatever woke it: those inside can send it signals, and let children of theirs become
 * its own and end, without pause, and the kernel gives lower signals before the channel's.
 */
record Supervision(ProgramBuilder program, Talk talk) {

    private static final Constant ALL = Constant.of(-1);
    /** How long a process that was killed may take to end, after the one before. */
    private static final Data PATIENCE =
            Data.struct("{1s}", Struct.ofSize(16).u64(1).toBytes());

    /**
     * Appends the loop of an init.
     *
     * @param command the command's pid
     */
    void ofInit(Operand command) {
        Label killAll = new Label("kill all");
        Label ended = new Label("ended");
        loop(Operand.of(1), command, ALL, new Targets(program.report(Report.WAIT_STATUS), killAll, ended));
        program.place(killAll);
        killOthers();
        Label collect = new Label("collect");
        waitFor("await the command's end", command, program.report(Report.WAIT_STATUS), Constant.of(0))
                .onPositive(collect)
                .onZero(collect);
        program.place(ended);
        endAfterOthers(collect);
    }

    /**
     * Appends the loop of a launcher, outside of the command's PID namespace.
     *
     * @param self the own pid
     * @param command the command's pid
     */
    void ofLauncher(Operand self, Operand command) {
        Label ended = new Label("ended");
        loop(self, command, Constant.of(0), new Targets(program.report(Report.WAIT_STATUS), ended, ended));
        program.place(ended);
        end("report the command's end", Report.Phase.EXITED);
    }

    /** Where the loop goes when the JVM wants an end, and when the command has come to its own. */
    private record Targets(Operand.Address status, Label killAll, Label ended) {}

    private void loop(Operand self, Operand command, Constant reaped, Targets targets) {
        Label turn = new Label("turn");
        Label reap = new Label("reap");
        Label await = new Label("await");
        watchChannel(self);
        talk.say("report that the command runs", Report.Phase.STARTED);
        talk.closeRange("give up the standard streams", 0, Constant.of(2), Constant.of(0));
        talk.closeRange("give up what the steps had opened", Launcher.FIRST_PASSED, Talk.UINT_MAX, Constant.of(0));
        boolean isInit = reaped.equals(ALL);
        program.place(turn);
        lookAtChannel(command, isInit, targets.killAll, reap);
        program.place(reap);
        if (isInit) {
            reapAny(targets, turn, await);
        } else {
            // Not just any child: the command can make siblings of its own (CLONE_PARENT).
            program.call(
                            "reap the command",
                            Syscall.WAIT4,
                            command,
                            targets.status,
                            Operand.of(Waiting.WNOHANG),
                            program.report(Report.RUSAGE))
                    .onPositive(targets.ended);
        }
        program.place(await);
        forward(command, turn);
    }

    private void lookAtChannel(Operand command, boolean isInit, Label killAll, Label goOn) {
        Label jvmGone = new Label("jvm gone");
        Label unclear = new Label("unclear");
        Call look = talk.listen("see whether the JVM is there").onZero(jvmGone).onFailure(unclear);
        look.onPositive(isInit ? killAll : goOn);
        // A JVM that died with a message unread resets the channel: ECONNRESET, once, and nothing wakes us afterwards.
        program.place(unclear);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), goOn);
        program.place(jvmGone);
        if (!isInit) {
            // It may have made the kernel forget that it is to die with its parent.
            program.call("kill the command, as the JVM is gone", Syscall.KILL, command, Operand.of(Waiting.SIGKILL))
                    .ignoreFailure();
        }
        program.call("end the container, as the JVM is gone", Syscall.EXIT_GROUP, Operand.of(1));
    }

    private void reapAny(Targets targets, Label turn, Label await) {
        Data reaped = Data.words("reaped", 1);
        waitFor("reap a process", Operand.of(ALL), targets.status, Waiting.WNOHANG)
                .storeTo(reaped.address())
                .onZero(await);
        program.ifEqual(reaped.address(), ProcessTree.PID_AFTER_INIT, targets.ended);
        program.go(turn);
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

    /** Waits for a signal; what is not about a child or the channel is the command's. */
    private void forward(Operand command, Label turn) {
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

    private Call awaitSignal(String step, Operand atMost) {
        return program.call(
                step,
                Syscall.RT_SIGTIMEDWAIT,
                Talk.signals("~[]", 0xff).address(),
                Operand.none(),
                atMost,
                Operand.of(Waiting.SIGNAL_SET_SIZE));
    }

    /**
     * Whoever is left is killed and reaped here and not by the kernel when the init ends: it would forget what they have used.
     * An init without children can say so at once, and the JVM need not wait for its end.
     */
    private void endAfterOthers(Label collect) {
        Label others = new Label("others");
        Label none = new Label("none");
        Label wait = new Label("wait");
        Label alone = new Label("alone");
        Label unknown = new Label("unknown");
        waitFor("see whether another process is left", Operand.of(ALL), Operand.none(), Waiting.WNOHANG)
                .onPositive(others)
                .onZero(others)
                .onFailure(none);
        program.place(others);
        killOthers();
        program.place(collect);
        waitFor("reap those that were left", Operand.of(ALL), Operand.none(), Waiting.WNOHANG)
                .onPositive(collect)
                .onZero(wait)
                .onFailure(none);
        program.place(wait);
        awaitSignal("await the end of one of them", PATIENCE.address())
                .onPositive(collect)
                .onFailure(unknown);
        program.place(none);
        program.ifEqual(program.report(Report.FAILURE), -Errno.ECHILD.number(), alone);
        program.place(unknown);
        end("report the command's end, before that of others", Report.Phase.EXITED_BEFORE_OTHERS);
        program.place(alone);
        program.call(
                        "see what all have used",
                        Syscall.GETRUSAGE,
                        Operand.of(Waiting.RUSAGE_CHILDREN),
                        program.report(Report.RUSAGE))
                .onFailure(unknown);
        end("report the command's end", Report.Phase.EXITED);
    }

    /** All of the PID namespace but the init itself, at one moment: none of them can fork meanwhile. */
    private void killOthers() {
        program.call("kill all others", Syscall.KILL, Operand.of(ALL), Operand.of(Waiting.SIGKILL))
                .ignoreFailure();
    }

    private Call waitFor(String step, Operand pid, Operand status, Constant options) {
        return program.call(step, Syscall.WAIT4, pid, status, Operand.of(options), Operand.none());
    }

    private void end(String step, Report.Phase phase) {
        talk.say(step, phase);
        program.call("end with the command", Syscall.EXIT_GROUP, Operand.of(0));
    }
}

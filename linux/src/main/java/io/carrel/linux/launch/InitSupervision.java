package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/** The loop of an init: besides what every supervisor does it reaps whoever becomes its child, and serves. */
final class InitSupervision {

    private static final Operand ANY = Operand.of(-1);
    private static final Operand COMMAND = Operand.of(ProcessTree.PID_AFTER_INIT);
    /** How long a process that was killed may take to end, after the one before. */
    private static final Data PATIENCE =
            Data.struct("{1s}", Struct.ofSize(16).u64(1).toBytes());

    private final ProgramBuilder program;
    private final Supervision common;
    private final InitEvents events;
    private final Serving serving;
    private final Label turn = new Label("turn");
    private final Label reap = new Label("reap");
    private final Label killAll = new Label("kill all");
    private final Label ended = new Label("ended");
    private final Label none = new Label("none");
    private final Label alone = new Label("alone");
    private final Label unknown = new Label("unknown");

    /** 1 when the command has ended. */
    private final Data isEnding = Data.words("is_ending", 1);
    /** 1 when all others were killed. */
    private final Data isKilled = Data.words("is_killed", 1);
    /** The command's, while others end. */
    private final Data status = Data.words("status", 1);

    InitSupervision(ProgramBuilder program, Supervision common, InitEvents events, Serving serving) {
        this.program = program;
        this.common = common;
        this.events = events;
        this.serving = serving;
    }

    /** Appends the loop. */
    void append() {
        events.begin();
        program.place(turn);
        events.look(serving.serve(), killAll);
        reap();
        endAll();
        events.finish();
    }

    /** Where a turn begins. */
    Label turn() {
        return turn;
    }

    private void reap() {
        Label nobody = new Label("nobody");
        Label goOn = new Label("go on");
        Data reaped = Data.words("reaped", 1);
        program.place(reap);
        program.call(
                        "reap a process",
                        Syscall.WAIT4,
                        ANY,
                        program.report(Report.WAIT_STATUS),
                        Operand.of(Waiting.WNOHANG),
                        program.report(Report.RUSAGE))
                .storeTo(reaped.address())
                .onZero(nobody)
                .onFailure(none);
        program.ifEqual(reaped.address(), ProcessTree.PID_AFTER_INIT, ended);
        serving.tellOfEnd(reaped, goOn);
        program.place(goOn);
        program.ifEqual(isEnding.address(), 1, reap);
        events.reaped();
        program.go(turn);
        program.place(nobody);
        Label kill = new Label("kill");
        program.ifEqual(isEnding.address(), 1, kill);
        events.await(turn);
        program.place(kill);
        killThoseThatAreLeft();
    }

    /**
     * Whoever is left is killed and reaped here and not by the kernel when the init ends: it would forget what they
     * have used. An init without children can say so at once, and the JVM need not wait for its end.
     */
    private void killThoseThatAreLeft() {
        Label wait = new Label("wait");
        program.ifEqual(isKilled.address(), 1, wait);
        killOthers();
        program.place(wait);
        common.awaitSignal("await the end of one of them", PATIENCE.address())
                .onPositive(reap)
                .onFailure(unknown);
    }

    private void endAll() {
        program.place(killAll);
        killOthers();
        program.call(
                "await the command's end",
                Syscall.WAIT4,
                COMMAND,
                program.report(Report.WAIT_STATUS),
                Operand.of(0),
                Operand.none());
        program.place(ended);
        program.add(program.report(Report.WAIT_STATUS), 0, status.address());
        program.set(isEnding.address(), 1);
        program.go(reap);
        Label last = new Label("last");
        program.place(none);
        program.ifEqual(isEnding.address(), 1, last);
        program.fail();
        program.place(last);
        program.ifEqual(program.report(Report.FAILURE), -Errno.ECHILD.number(), alone);
        program.place(unknown);
        program.add(status.address(), 0, program.report(Report.WAIT_STATUS));
        events.end("report the command's end, before that of others", Report.Phase.EXITED_BEFORE_OTHERS);
        program.place(alone);
        program.add(status.address(), 0, program.report(Report.WAIT_STATUS));
        program.call(
                        "see what all have used",
                        Syscall.GETRUSAGE,
                        Operand.of(Waiting.RUSAGE_CHILDREN),
                        program.report(Report.RUSAGE))
                .onFailure(unknown);
        events.end("report the command's end", Report.Phase.EXITED);
    }

    /** All of the PID namespace but the init itself, at one moment: none of them can fork meanwhile. */
    private void killOthers() {
        program.set(isKilled.address(), 1);
        program.call("kill all others", Syscall.KILL, ANY, Operand.of(Waiting.SIGKILL))
                .ignoreFailure();
    }
}

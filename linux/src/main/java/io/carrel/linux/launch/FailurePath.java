package io.carrel.linux.launch;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Syscall;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the processes of a start go when a call fails: the process whose call it was says so, and the others end, also
 * those that wait for one another. Not thread-safe.
 */
final class FailurePath {

    private final ProgramBuilder program;
    private final ChannelSteps channel;
    private final Label failed = new Label("failed");
    private final Label commandFailed = new Label("command failed");
    private final Label quit = new Label("quit");
    private final Data failedInCommand = Data.words("command_failed", 1);
    private final List<Barrier> barriers = new ArrayList<>();

    FailurePath(ProgramBuilder program, ChannelSteps channel) {
        this.program = program;
        this.channel = channel;
    }

    /** Begins the steps of a process that does not become the command. */
    void section(String process) {
        program.section(process, failed);
    }

    /** Begins the steps of the command's process, whose failure those learn that share its memory. */
    void commandSection() {
        program.section("command", commandFailed);
    }

    /** Begins steps after a failure, of which no other is told. */
    void quietSection() {
        program.section("failure", quit);
    }

    /** Where to go without a word: another has failed, or the JVM gives up. */
    Label quit() {
        return quit;
    }

    /** Goes on at {@code label} if the command's process has failed, else at the next instruction. */
    void ifCommandFailed(Label label) {
        program.ifEqual(failedInCommand.address(), 1, label);
    }

    /** A place where processes wait for one another until one of them fails. */
    Barrier barrier(String purpose) {
        Barrier barrier = new Barrier(program, commandFailed, quit, purpose);
        barriers.add(barrier);
        return barrier;
    }

    /**
     * Appends the path itself, after all that may lead to it.
     *
     * @param first appends what comes first after a failure in the command's steps
     */
    void append(Runnable first) {
        quietSection();
        program.place(commandFailed);
        first.run();
        program.set(failedInCommand.address(), 1);
        program.place(failed);
        channel.say("report the failure", Report.Phase.FAILED);
        barriers.forEach(Barrier::giveUp);
        program.place(quit);
        program.set(failedInCommand.address(), 1);
        program.call("end after a failure", Syscall.EXIT_GROUP, Operand.of(1));
    }
}

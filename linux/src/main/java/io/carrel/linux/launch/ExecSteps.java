package io.carrel.linux.launch;

import io.carrel.linux.LinuxSubject;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/**
 * The steps of a process that an init has cloned to execute what this JVM asks for. Those in the middle are the
 * command's own; see {@link Serving}.
 */
final class ExecSteps {

    private static final Constant RLIMIT_LOCKS = new Constant("RLIMIT_LOCKS", 10);
    private static final Constant CLOCK_MONOTONIC = new Constant("CLOCK_MONOTONIC", 1);

    /**
     * How long a process may take to be executed: while it does, the init waits, and a file's owner can make that long.
     */
    private static final int LONGEST_SECONDS = 10;

    private final ProgramBuilder program;
    private final Data header;
    private final int firstGroup;
    private final int groups;
    private final Data hasFailed;
    private final Requests requests;
    private final Label execute = new Label("execute");
    private final Label failed = new Label("exec failed");

    /**
     * Appends nothing yet.
     *
     * @param header where the message's header is
     * @param firstGroup the number of the first file by which a process enters the command's cgroup
     * @param groups how many of them there are
     * @param hasFailed becomes 1 after a failure
     * @param requests where its terminal is sent to
     */
    ExecSteps(ProgramBuilder program, Data header, int firstGroup, int groups, Data hasFailed, Requests requests) {
        this.program = program;
        this.header = header;
        this.firstGroup = firstGroup;
        this.groups = groups;
        this.hasFailed = hasFailed;
        this.requests = requests;
    }

    /** Where those go on that have done the command's steps. */
    Label execute() {
        return execute;
    }

    /** Where those go whose step has failed. */
    Label failed() {
        return failed;
    }

    /**
     * Appends them.
     *
     * @param settle where those of the command's process begin that are these as well
     * @param settled where they end by which it becomes the command's user
     * @param privileges what gives the privileges with which the command's process began, and what takes them from
     *     another user
     */
    void append(Label settle, Label settled, ExecPrivileges privileges) {
        program.section("exec", failed);
        endIfItTakesTooLong();
        program.call("start a session", Syscall.SETSID);
        for (int file = firstGroup; file < firstGroup + groups; file++) {
            program.call(
                    "enter the command's cgroup", Syscall.WRITE, Operand.of(file), Operand.text("0"), Operand.of(1));
        }
        Label withoutTerminal = new Label("without a terminal");
        program.ifEqual(header.at(ExecArea.TERMINAL), 0, withoutTerminal);
        requests.keepAnswers();
        program.place(withoutTerminal);
        privileges.regain();
        if (privileges.canBeOthers()) {
            Label other = new Label("another user");
            program.ifEqual(header.at(ExecArea.HAS_IDS), 1, other);
            program.go(settle);
            program.place(other);
            privileges.becomeOther(new ExecIds(program, header));
            program.go(settled);
        } else {
            program.go(settle);
        }
        program.place(execute);
        program.call(
                        "mark what belongs to it",
                        Syscall.PRLIMIT64,
                        Operand.of(0),
                        Operand.of(RLIMIT_LOCKS),
                        header.at(ExecArea.MARK),
                        Operand.none())
                .about(LinuxSubject.EXEC);
        program.call(
                "enter the working directory", Syscall.CHDIR, program.load(header.at(ExecArea.DIRECTORY), "DIRECTORY"));
        giveTerminal();
        executeFirst();
        program.place(failed);
        program.set(hasFailed.address(), 1);
        program.call("end what was not executed", Syscall.EXIT_GROUP, Operand.of(1));
    }

    /** Execve takes the timer away. */
    private void endIfItTakesTooLong() {
        String step = "limit how long it takes to execute it";
        Data event = Data.struct(
                "{SIGKILL}",
                Struct.ofSize(64).skip(8).u32(Waiting.SIGKILL.value()).toBytes());
        Data timer = Data.words("timer", 1);
        Data time = Data.struct(
                "{%ds}".formatted(LONGEST_SECONDS),
                Struct.ofSize(32).skip(16).u64(LONGEST_SECONDS).toBytes());
        program.call(step, Syscall.TIMER_CREATE, Operand.of(CLOCK_MONOTONIC), event.address(), timer.address());
        program.call(
                step,
                Syscall.TIMER_SETTIME,
                program.load(timer.address(), "TIMER"),
                Operand.of(0),
                time.address(),
                Operand.none());
    }

    private void giveTerminal() {
        Label none = new Label("no terminal");
        program.ifEqual(header.at(ExecArea.TERMINAL), 0, none);
        new TerminalSteps(program).append(header.at(ExecArea.TERMINAL_SIZE), requests::handOver);
        program.place(none);
    }

    /** The first of the paths that can be. */
    private void executeFirst() {
        Data denied = Data.words("exec_denied", 1);
        Data path = Data.words("path", 1);
        Label next = new Label("next path");
        Label nowhere = new Label("nowhere");
        Label notExecuted = new Label("not executed");
        program.set(denied.address(), 0);
        Operand arguments = program.load(header.at(ExecArea.ARGUMENTS), "ARGUMENTS");
        Operand variables = program.load(header.at(ExecArea.VARIABLES), "VARIABLES");
        program.place(next);
        Operand.Result place = program.load(header.at(ExecArea.CANDIDATES), "PLACE");
        program.loadAt(place, path.address(), nowhere);
        program.call("execute it", Syscall.EXECVE, program.load(path.address(), "PATH"), arguments, variables)
                .about(LinuxSubject.COMMAND)
                .onFailure(notExecuted);
        program.place(notExecuted);
        Execution.goOnIfNotThere(program, denied);
        program.add(header.at(ExecArea.CANDIDATES), Long.BYTES, header.at(ExecArea.CANDIDATES));
        program.go(next);
        program.place(nowhere);
        Execution.restore(program, denied);
    }
}

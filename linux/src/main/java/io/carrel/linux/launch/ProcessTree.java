package io.carrel.linux.launch;

import static io.carrel.linux.uapi.CloneFlags.CLONE_CHILD_CLEARTID;
import static io.carrel.linux.uapi.CloneFlags.CLONE_FILES;
import static io.carrel.linux.uapi.CloneFlags.CLONE_INTO_CGROUP;
import static io.carrel.linux.uapi.CloneFlags.CLONE_PARENT;
import static io.carrel.linux.uapi.CloneFlags.CLONE_PARENT_SETTID;
import static io.carrel.linux.uapi.CloneFlags.CLONE_VFORK;
import static io.carrel.linux.uapi.CloneFlags.CLONE_VM;

import io.carrel.linux.Subject;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.ProgramBuilder.Call;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Prctl;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The processes of every start; the steps in between are the caller's. There are two shapes:
 *
 * <pre>
 *  with an init                                   without
 *
 *  JVM ─spawn→ launcher ─clone→ init              JVM ─spawn→ launcher ─clone→ command
 *   │          (ends)            │ vfork           │          (supervises)     (steps, exec)
 *   └──────── parent of ─────────┘ └→ command      └ parent of ┘
 *                      (supervises)   (steps, exec)
 * </pre>
 *
 * All of them run one program in one memory until the command is executed: a child of {@code clone(CLONE_VM)} costs no
 * page tables. The init is a child of this JVM (CLONE_PARENT) and the first process of its PID namespace, so whoever ends
 * it ends all. Without an init the launcher stays, and the kernel kills the command when the launcher goes.
 *
 * <p>Each method appends steps, and is called in the order of the processes' lives. Not thread-safe.
 */
public final class ProcessTree {

    /** The init's clone is the second process of its PID namespace. */
    static final long PID_AFTER_INIT = 2;

    private static final Constant NO_FLAGS = Constant.of(0);

    /** {@code struct clone_args} up to its field {@code cgroup}; see clone3(2). */
    private static final int CLONE_ARGS_SIZE = 88;

    private static final int CHILD_TID = 16;
    private static final int PARENT_TID = 24;

    private final CgroupEntry cgroup;
    private final ProgramBuilder program = new ProgramBuilder();
    private final Talk talk = new Talk(program);
    private final Label failed = new Label("failed");
    private final Label commandFailed = new Label("command failed");
    private final Label quit = new Label("quit");
    private final Data failedInCommand = Data.words("command_failed", 1);
    private final Data notRunning = Data.word("not_running", 1);
    private final List<Gate> gates = new ArrayList<>();
    private boolean direct;

    /** Processes that stay in the cgroup of this JVM. */
    public ProcessTree() {
        this(CgroupEntry.NONE);
    }

    /** Processes that come into a cgroup before the command can run. */
    public ProcessTree(CgroupEntry cgroup) {
        this.cgroup = cgroup;
    }

    /** The program being made. */
    public ProgramBuilder program() {
        return program;
    }

    /** A place where one of the processes waits for another; {@code purpose} is for what, as in "wait for ...". */
    public Gate gate(String purpose) {
        Gate gate = new Gate(program, commandFailed, quit, purpose);
        gates.add(gate);
        return gate;
    }

    /**
     * Begins the launcher's steps: it closes what it inherited beyond standard streams, channel and passed descriptors,
     * whatever flags other code of the JVM's opened them with (CVE-2024-21626's class). Then it enters the cgroup, as long as
     * it has the JVM's privileges.
     */
    public void beginLauncher(int passed) {
        program.section("launcher", failed);
        talk.closeRange("close the descriptors of the JVM", Launcher.FIRST_PASSED + passed, Talk.UINT_MAX, NO_FLAGS);
        program.call(
                "keep the channel from the command",
                Syscall.FCNTL,
                Operand.of(Launcher.CHANNEL),
                Operand.of(Fcntl.F_SETFD),
                Operand.of(Fcntl.FD_CLOEXEC));
        new SessionKeyring(program).leaveTheJvms();
        enterCgroup();
    }

    private void enterCgroup() {
        if (cgroup.count() > 0) {
            talk.receive("wait for the cgroup", cgroup.first(), cgroup.count()).onZero(quit);
        }
        int count = cgroup.tasksFiles();
        for (int fd = cgroup.first(); fd < cgroup.first() + count; fd++) {
            program.call("enter the cgroup", Syscall.WRITE, Operand.of(fd), Operand.text("0"), Operand.of(1));
        }
        if (count > 0) {
            Constant last = Constant.of(cgroup.first() + count - 1);
            talk.closeRange("close the files of the cgroup", cgroup.first(), last, NO_FLAGS);
        }
    }

    /**
     * Clones the init into its namespaces and goes on with its steps. The launcher goes on at {@code launcher}.
     *
     * @param namespaces the clone flags of new namespaces, CLONE_NEWPID among them
     */
    public void cloneInit(Constant namespaces, Label launcher) {
        Constant flags =
                namespaces.or(CLONE_VM).or(CLONE_FILES).or(CLONE_PARENT).or(CLONE_PARENT_SETTID);
        cloneFirst(flags, Operand.none(), launcher);
        program.section("init", failed);
        closeCgroup();
    }

    /** Clones the command out of the init and goes on with the command's steps. The init goes on at {@code init}. */
    public void cloneCommandFromInit(Label init) {
        clone("create the command's process", CLONE_VM.or(CLONE_VFORK), Operand.none(), Operand.none())
                .onPositive(init);
        program.section("command", commandFailed);
        newSession();
        for (int fd = cgroup.firstBack(); fd < cgroup.firstBack() + cgroup.back(); fd++) {
            String step = "keep the container's first process out of the cgroup that is given away";
            program.call(step, Syscall.WRITE, Operand.of(fd), Operand.text("1"), Operand.of(1));
        }
    }

    /** Clones the command out of the launcher and goes on with its steps. The launcher goes on at {@code launcher}. */
    public void cloneCommandFromLauncher(Constant namespaces, Label launcher) {
        Constant flags =
                namespaces.or(CLONE_VM).or(CLONE_FILES).or(CLONE_PARENT_SETTID).or(CLONE_CHILD_CLEARTID);
        cloneFirst(flags, notRunning.address(), launcher);
        program.section("command", commandFailed);
        direct = true;
        closeCgroup();
        dieWithLauncher();
        newSession();
    }

    /**
     * Says which work of the host's the program needs now, and waits. A host that gives up closes the channel.
     *
     * @param need one of those that {@linkplain Report.Phase#isNeed() are needs}
     */
    public void awaitHost(Report.Phase need) {
        Label proceed = new Label("go");
        talk.say("wait for the host", need);
        talk.listen("wait for the host").onPositive(proceed).onZero(quit);
        program.place(proceed);
    }

    /**
     * Prepares the command's process for execve: signals unblocked, and nothing open but the standard streams and the
     * channel, which execve closes.
     */
    public void finishCommand() {
        if (direct) {
            // Once more, as the kernel forgets it when a process changes its user.
            dieWithLauncher();
        }
        new SessionKeyring(program).makeOwn();
        program.call(
                "unblock signals",
                Syscall.RT_SIGPROCMASK,
                Operand.of(Waiting.SIG_SETMASK),
                Talk.signals("[]", 0).address(),
                Operand.none(),
                Operand.of(Waiting.SIGNAL_SET_SIZE));
        talk.closeRange(
                "close what the steps had opened", Launcher.FIRST_PASSED, Talk.UINT_MAX, Fcntl.CLOSE_RANGE_UNSHARE);
    }

    /**
     * Clones, out of the launcher, a process that serves the container from outside of it, and goes on with its steps, the last
     * of which must execute a program. The launcher goes on at {@code launcher} when it has done so, or has failed. The process
     * is a child of this JVM in the PID namespace of the launcher, so nothing in the container can see it. It has to end by
     * itself when the container is gone, which is waited for.
     */
    public void cloneCompanion(String name, Label launcher) {
        Constant flags = CLONE_VM.or(CLONE_VFORK).or(CLONE_PARENT).or(CLONE_PARENT_SETTID);
        clone("create the process of " + name, flags, program.report(Report.COMPANION_PID), Operand.none())
                .onPositive(launcher);
        program.section(name, failed);
    }

    /** Goes on with the launcher's steps, after it has cloned. */
    public void continueLauncher(Label launcher) {
        program.place(launcher);
        program.section("launcher", failed);
    }

    /** Where there is an init, the launcher has nothing more to do. */
    public void endLauncher() {
        program.call("end the launcher", Syscall.EXIT_GROUP, Operand.of(0));
    }

    /** The init's part after {@link #cloneCommandFromInit}: it reports that the command runs, then its end. */
    public SyscallProgram superviseFromInit(Label init) {
        return superviseFromInit(init, () -> {});
    }

    /**
     * The same.
     *
     * @param first appends what it does before, when the command has been executed
     */
    public SyscallProgram superviseFromInit(Label init, Runnable first) {
        program.place(init);
        program.section("init", failed);
        program.ifEqual(failedInCommand.address(), 1, quit);
        first.run();
        new Supervision(program, talk).ofInit(Operand.of(PID_AFTER_INIT));
        return finish();
    }

    /** The launcher's part after {@link #cloneCommandFromLauncher}: the same, from outside. */
    public SyscallProgram superviseFromLauncher() {
        program.section("launcher", failed);
        program.set(program.report(Report.LAUNCHER_STAYS), 1);
        Label await = new Label("await");
        program.place(await);
        program.call(
                        "await that the command is executed",
                        Syscall.FUTEX,
                        notRunning.address(),
                        Operand.of(Waiting.FUTEX_WAIT),
                        Operand.of(1),
                        Operand.none())
                .ignoreFailure();
        // Not before: the steps have their descriptors in the table of both, of which the supervisor is about to close
        // most.
        program.ifEqual(notRunning.address(), 1, await);
        Label bury = new Label("bury");
        program.ifEqual(failedInCommand.address(), 1, bury);
        // Not what clone returned: in the child it returned zero, into the same memory. The kernel stores the pid once.
        Operand command = program.load(program.report(Report.CLONED_PID), "COMMAND");
        Operand self = program.call("find the own pid", Syscall.GETPID).result("SELF");
        new Supervision(program, talk).ofLauncher(self, command);
        program.place(bury);
        program.section("failure", quit);
        program.call(
                "reap the failed process",
                Syscall.WAIT4,
                Operand.of(-1),
                Operand.none(),
                Operand.of(0),
                Operand.none());
        program.go(quit);
        return finish();
    }

    private void dieWithLauncher() {
        program.call(
                "let the command die with the launcher",
                Syscall.PRCTL,
                Operand.of(Prctl.PR_SET_PDEATHSIG),
                Operand.of(Waiting.SIGKILL));
    }

    private void cloneFirst(Constant flags, Operand childTid, Label launcher) {
        String step = "create the namespaces";
        Operand.Address parentTid = program.report(Report.CLONED_PID);
        Call clone = cgroup.unified()
                ? cloneIntoCgroup(step, flags, parentTid, childTid)
                : clone(step, flags, parentTid, childTid);
        clone.onPositive(launcher);
    }

    /** Neither a stack of its own nor a descriptor for itself; a clone of the same parent ends with that one's signal. */
    private Call cloneIntoCgroup(String step, Constant flags, Operand.Address parentTid, Operand childTid) {
        boolean ownSignal = (flags.value() & CLONE_PARENT.value()) == 0;
        Constant all = flags.or(CLONE_INTO_CGROUP);
        Map<Integer, Operand.Address> addresses = new HashMap<>(Map.of(PARENT_TID, parentTid));
        if (childTid instanceof Operand.Address address) {
            addresses.put(CHILD_TID, address);
        }
        Data arguments = Data.struct(
                "{flags=%s, cgroup=%d}".formatted(all, cgroup.directory()),
                Struct.ofSize(CLONE_ARGS_SIZE)
                        .u64(all.value())
                        .skip(3 * Long.BYTES)
                        .u64(ownSignal ? Waiting.SIGCHLD.value() : 0)
                        .skip(5 * Long.BYTES)
                        .u64(cgroup.directory())
                        .toBytes(),
                addresses);
        return program.call(step, Syscall.CLONE3, arguments.address(), Operand.of(CLONE_ARGS_SIZE))
                .about(Subject.ofNamespaces(flags.value()));
    }

    private void closeCgroup() {
        if (cgroup.unified()) {
            program.call("close the directory of the cgroup", Syscall.CLOSE, Operand.of(cgroup.directory()));
        }
    }

    private Call clone(String step, Constant flags, Operand parentTid, Operand childTid) {
        // x86-64 takes child_tid in the fourth place, aarch64 in the fifth; the other one is the unused tls.
        Constant withSignal = flags.or(Waiting.SIGCHLD);
        return program.call(step, Syscall.CLONE, Operand.of(withSignal), Operand.none(), parentTid, childTid, childTid)
                .about(Subject.ofNamespaces(flags.value()));
    }

    private void newSession() {
        program.call("start a session for the command", Syscall.SETSID);
    }

    /** Appends what happens after failures: the process whose call failed says so, and the others end. */
    private SyscallProgram finish() {
        program.section("failure", quit);
        program.place(commandFailed);
        program.set(failedInCommand.address(), 1);
        program.place(failed);
        talk.say("report the failure", Report.Phase.FAILED);
        gates.forEach(Gate::giveUp);
        program.place(quit);
        program.set(failedInCommand.address(), 1);
        program.call("end after a failure", Syscall.EXIT_GROUP, Operand.of(1));
        return program.build();
    }
}

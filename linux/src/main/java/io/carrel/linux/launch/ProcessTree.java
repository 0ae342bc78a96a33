package io.carrel.linux.launch;

import static io.carrel.linux.uapi.CloneFlags.CLONE_CHILD_CLEARTID;
import static io.carrel.linux.uapi.CloneFlags.CLONE_FILES;
import static io.carrel.linux.uapi.CloneFlags.CLONE_PARENT;
import static io.carrel.linux.uapi.CloneFlags.CLONE_PARENT_SETTID;
import static io.carrel.linux.uapi.CloneFlags.CLONE_VFORK;
import static io.carrel.linux.uapi.CloneFlags.CLONE_VM;

import io.carrel.linux.TerminalSize;
import io.carrel.linux.binding.TerminalCalls;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Prctl;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Terminals;
import io.carrel.linux.uapi.Waiting;

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
 * page tables. The init is a child of this JVM (CLONE_PARENT) and the first process of its PID namespace, so whoever
 * ends it ends all. Without an init the launcher stays, and the kernel kills the command when the launcher goes.
 *
 * <p>Each method appends steps, and is called in the order of the processes' lives. Not thread-safe.
 */
public final class ProcessTree {

    /** The init's clone is the second process of its PID namespace. */
    static final long PID_AFTER_INIT = 2;

    private final ProgramBuilder program = new ProgramBuilder();
    private final ChannelSteps channel = new ChannelSteps(program);
    private final FailurePath failure = new FailurePath(program, channel);
    private final CgroupSteps cgroup;
    private final CloneSteps clone;
    private final Data notRunning = Data.word("not_running", 1);
    private final Serving serving;
    private final Supervision common;
    private final InitEvents events;
    private boolean direct;

    /** Processes that stay in the cgroup of this JVM. */
    public ProcessTree() {
        this(CgroupEntry.NONE);
    }

    /** Processes that come into a cgroup before the command can run. */
    public ProcessTree(CgroupEntry cgroup) {
        this(cgroup, InitLifetime.OF_THE_JVM);
    }

    /** The same with an init that lives that long; processes without an init end with the JVM. */
    public ProcessTree(CgroupEntry cgroup, InitLifetime lifetime) {
        this.cgroup = new CgroupSteps(program, channel, cgroup);
        clone = new CloneSteps(program, cgroup);
        common = new Supervision(program, channel);
        boolean isDetached = lifetime == InitLifetime.OF_ITS_OWN;
        events = isDetached
                ? new DetachedEvents(program, channel, failure, common)
                : new ChannelEvents(program, channel, common);
        Requests requests =
                isDetached ? new SocketRequests(program, channel, cgroup.back()) : new ChannelRequests(channel);
        serving = new Serving(program, channel, failure, requests, cgroup.back());
    }

    /** Returns the program being made. */
    public ProgramBuilder program() {
        return program;
    }

    /**
     * Makes a place where one of the processes waits for another; {@code purpose} is for what, as in "wait for ...".
     */
    public Barrier barrier(String purpose) {
        return failure.barrier(purpose);
    }

    /**
     * Begins the launcher's steps: it closes what it inherited beyond standard streams, channel and passed descriptors,
     * whatever flags other code of the JVM's opened them with (CVE-2024-21626's class). Then it enters the cgroup, as
     * long as it has the JVM's privileges.
     */
    public void beginLauncher(int passed) {
        failure.section("launcher");
        int first = Launcher.FIRST_PASSED + passed;
        channel.closeRange("close the descriptors of the JVM", first, ChannelSteps.UINT_MAX, Constant.of(0));
        program.call(
                "keep the channel from the command",
                Syscall.FCNTL,
                Operand.of(Launcher.CHANNEL),
                Operand.of(Fcntl.F_SETFD),
                Operand.of(Fcntl.FD_CLOEXEC));
        new SessionKeyring(program).leaveTheJvms();
        cgroup.enter(failure.quit());
    }

    /**
     * Clones the init into its namespaces and goes on with its steps. The launcher goes on at {@code launcher}.
     *
     * @param namespaces the clone flags of new namespaces, CLONE_NEWPID among them
     */
    public void cloneInit(Constant namespaces, Label launcher) {
        Constant flags =
                namespaces.or(CLONE_VM).or(CLONE_FILES).or(CLONE_PARENT).or(CLONE_PARENT_SETTID);
        clone.first(flags, Operand.none()).onPositive(launcher);
        failure.section("init");
        cgroup.closeDirectory();
    }

    /** Clones the command out of the init and goes on with the command's steps. The init goes on at {@code init}. */
    public void cloneCommandFromInit(Label init) {
        clone.another("create the command's process", CLONE_VM.or(CLONE_VFORK), Operand.none())
                .onPositive(init);
        failure.commandSection();
        program.call("start a session for the command", Syscall.SETSID);
        cgroup.putInitBack();
        serving.settle();
    }

    /** Clones the command out of the launcher and goes on with its steps. The launcher goes on at {@code launcher}. */
    public void cloneCommandFromLauncher(Constant namespaces, Label launcher) {
        Constant flags =
                namespaces.or(CLONE_VM).or(CLONE_FILES).or(CLONE_PARENT_SETTID).or(CLONE_CHILD_CLEARTID);
        clone.first(flags, notRunning.address()).onPositive(launcher);
        failure.commandSection();
        direct = true;
        cgroup.closeDirectory();
        dieWithLauncher();
        program.call("start a session for the command", Syscall.SETSID);
    }

    /**
     * Goes after the steps by which the command's process has become its user. Processes that the init clones to be
     * others go on here.
     */
    public void settled() {
        serving.settled();
    }

    /**
     * Says which work of the host's the program needs now, and waits. A host that gives up closes the channel.
     *
     * @param need one of those that {@linkplain Report.Phase#isNeed() are needs}
     */
    public void awaitHost(Report.Phase need) {
        Label proceed = new Label("go");
        channel.say("wait for the host", need);
        channel.listen("wait for the host").onPositive(proceed).onZero(failure.quit());
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
                ChannelSteps.signals("[]", 0).address(),
                Operand.none(),
                Operand.of(Waiting.SIGNAL_SET_SIZE));
        channel.closeRange(
                "close what the steps had opened",
                Launcher.FIRST_PASSED,
                ChannelSteps.UINT_MAX,
                Fcntl.CLOSE_RANGE_UNSHARE);
        if (!direct) {
            serving.ifServing();
        }
    }

    /**
     * Gives the command's process, after {@link #finishCommand}, a terminal of the container's own in place of its
     * standard streams, and the JVM the other side of it: {@link Launcher.HostWork#terminal}.
     */
    public void giveTerminal(TerminalSize size) {
        byte[] bytes = Struct.ofSize(Terminals.SIZE_OF_SIZE)
                .u64(TerminalCalls.word(size))
                .toBytes();
        new TerminalSteps(program).append(Data.struct("{" + size + "}", bytes).address(), channel::handOver);
    }

    /**
     * Clones, out of the launcher, a process that serves the container from outside of it, and goes on with its steps,
     * the last of which must execute a program. The launcher goes on at {@code launcher} when it has done so, or has
     * failed. The process is a child of this JVM in the PID namespace of the launcher, so nothing in the container can
     * see it. It has to end by itself when the container is gone, which is waited for.
     */
    public void cloneSidecar(String name, Label launcher) {
        Constant flags = CLONE_VM.or(CLONE_VFORK).or(CLONE_PARENT).or(CLONE_PARENT_SETTID);
        clone.another("create the process of " + name, flags, program.report(Report.SIDECAR_PID))
                .onPositive(launcher);
        failure.section(name);
    }

    /** Goes on with the launcher's steps, after it has cloned. */
    public void continueLauncher(Label launcher) {
        program.place(launcher);
        failure.section("launcher");
    }

    /** Ends the launcher, which has nothing more to do where there is an init. */
    public void endLauncher() {
        program.call("end the launcher", Syscall.EXIT_GROUP, Operand.of(0));
    }

    /**
     * Appends the init's part after {@link #cloneCommandFromInit}: it reports that the command runs, then its end.
     *
     * @param first appends what it does before, when the command has been executed
     * @param privileges what a process does that it clones later: to have the privileges that the command's began with,
     *     and to be somebody else
     */
    public SyscallProgram superviseFromInit(Label init, Runnable first, ExecPrivileges privileges) {
        program.place(init);
        failure.section("init");
        failure.ifCommandFailed(failure.quit());
        first.run();
        InitSupervision supervision = new InitSupervision(program, common, events, serving);
        supervision.append();
        serving.append(supervision.turn(), privileges);
        failure.append(serving::ifServingFailed);
        return program.build();
    }

    /** Appends the launcher's part after {@link #cloneCommandFromLauncher}: the same, from outside. */
    public SyscallProgram superviseFromLauncher() {
        failure.section("launcher");
        program.set(program.report(Report.LAUNCHER_STAYS), 1);
        awaitExecution();
        Label bury = new Label("bury");
        failure.ifCommandFailed(bury);
        // Not what clone returned: in the child it returned zero, into the same memory. The kernel stores the pid once.
        Operand command = program.load(program.report(Report.CLONED_PID), "COMMAND");
        Operand self = program.call("find the own pid", Syscall.GETPID).result("SELF");
        common.ofLauncher(self, command);
        program.place(bury);
        failure.quietSection();
        program.call(
                "reap the failed process",
                Syscall.WAIT4,
                Operand.of(-1),
                Operand.none(),
                Operand.of(0),
                Operand.none());
        program.go(failure.quit());
        failure.append(() -> {});
        return program.build();
    }

    /**
     * Not before that, the launcher may supervise: the steps have their descriptors in the table of both, of which the
     * supervisor closes most.
     */
    private void awaitExecution() {
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
        program.ifEqual(notRunning.address(), 1, await);
    }

    private void dieWithLauncher() {
        program.call(
                "let the command die with the launcher",
                Syscall.PRCTL,
                Operand.of(Prctl.PR_SET_PDEATHSIG),
                Operand.of(Waiting.SIGKILL));
    }
}

package io.carrel.netns.usermode;

import io.carrel.linux.launch.HelperProcess;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.program.CapabilitySets;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Capabilities;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Prctl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles the helper processes of a container whose network pasta or slirp4netns connects. All are in the container's
 * user namespace, and in none of its others:
 *
 * <pre>
 *  JVM ─spawn→ holder ─clone→ supervisor ─vfork→ pasta or slirp4netns
 *              (enters the    (process 1 of a PID namespace:
 *               network)       all in there end with it)
 * </pre>
 * The program opens the network namespace by the holder's pid: processes of the same user may look at the holder, which
 * has no privileges. The supervisor ends when the channel does, so with the JVM, and the holder after it. The program
 * has nothing of the JVM's but a pipe for its output.
 */
final class UserModeProcesses {

    /** What is passed on: the user namespace, the network namespace and the pipe for what the program says. */
    static final int PASSED = 3;

    private static final int USERS = Launcher.FIRST_PASSED;
    private static final int NETWORK = USERS + 1;
    private static final int SAID = USERS + 2;
    /** The numbers that the kernel gives the supervisor's pipe, as the lowest that are free. */
    private static final int READY_END = SAID + 1;

    private static final int WRITING_END = SAID + 2;

    private static final Constant UINT_MAX = new Constant("UINT_MAX", 0xffffffffL);
    private static final Operand CHANNEL = Operand.of(Launcher.CHANNEL);
    private static final Operand NONE = Operand.of(0);

    /**
     * What the program may do: enter the network, set it up there, and shut itself in; in the container's user
     * namespace alone.
     */
    private static final List<Constant> CAPABILITIES = List.of(
            new Constant("CAP_SETPCAP", 8),
            new Constant("CAP_NET_BIND_SERVICE", 10),
            new Constant("CAP_NET_ADMIN", 12),
            Capabilities.CAP_SYS_ADMIN);

    private final UserModeCommand command;
    private final ProgramBuilder program = new ProgramBuilder();
    private final Label failed = new Label("failed");
    private final Label quit = new Label("quit");
    private final Data path =
            Data.words("\"" + UserModeCommand.NAMESPACE + "\"", UserModeNetwork.PATH_SIZE / Long.BYTES);

    private UserModeProcesses(UserModeCommand command) {
        this.command = command;
    }

    static SyscallProgram compile(UserModeCommand command) {
        return new UserModeProcesses(command).build();
    }

    private SyscallProgram build() {
        Label holder = new Label("holder");
        Label supervise = new Label("supervise");
        program.section("holder", failed);
        closeFrom("close the descriptors of the JVM", USERS + PASSED);
        dumpable("hide from those inside", 0);
        program.call(
                "enter the user namespace", Syscall.SETNS, Operand.of(USERS), Operand.of(CloneFlags.CLONE_NEWUSER));
        becomeRoot();
        dumpable("hide from those inside", 0); // The kernel resets it with every change of credentials.
        clone("create the supervisor's process", CloneFlags.CLONE_VM.or(CloneFlags.CLONE_NEWPID), holder);
        beginSupervisor();
        clone("create the program's process", CloneFlags.CLONE_VM.or(CloneFlags.CLONE_VFORK), supervise);
        execute();
        program.place(supervise);
        supervise();
        program.place(holder);
        holdNetwork();
        program.place(failed);
        program.section("failure", quit);
        HelperProcess.failed(program);
        program.place(quit);
        program.call("end", Syscall.EXIT_GROUP, NONE);
        return program.build();
    }

    /** Where the user namespace has a root; the one user of an ordinary user's may be another. */
    private void becomeRoot() {
        String step = "become root there";
        program.call(step, Syscall.SETGROUPS, NONE, Operand.none()).ignoreFailure();
        program.call(step, Syscall.SETRESGID, NONE, NONE, NONE).ignoreFailure();
        program.call(step, Syscall.SETRESUID, NONE, NONE, NONE).ignoreFailure();
    }

    private void clone(String step, Constant flags, Label parent) {
        Operand all = Operand.of(flags.or(Waiting.SIGCHLD));
        program.call(step, Syscall.CLONE, all, Operand.none(), Operand.none(), Operand.none(), Operand.none())
                .onPositive(parent);
    }

    /** Waits until the JVM says where the network namespace is to be found. */
    private void beginSupervisor() {
        program.section("supervisor", failed);
        program.call("await the path", Syscall.READ, CHANNEL, path.address(), Operand.of(UserModeNetwork.PATH_SIZE))
                .onZero(quit);
        program.call(
                "make a pipe",
                Syscall.PIPE2,
                Data.words("[%d, %d]".formatted(READY_END, WRITING_END), 1).address(),
                Operand.of(Fcntl.O_CLOEXEC));
    }

    private void execute() {
        program.section(command.kind().program(), failed);
        keepCapabilities();
        prctl("forbid new privileges", Prctl.PR_SET_NO_NEW_PRIVS, Operand.of(1));
        program.call(
                "keep the channel from the program",
                Syscall.FCNTL,
                CHANNEL,
                Operand.of(Fcntl.F_SETFD),
                Operand.of(Fcntl.FD_CLOEXEC));
        duplicate("let it say when it is ready", WRITING_END, UserModeCommand.READY);
        duplicate("read what it says", SAID, 1);
        duplicate("read what it says", SAID, 2);
        closeFrom("close the rest", USERS);
        program.call(
                "unblock signals",
                Syscall.RT_SIGPROCMASK,
                Operand.of(Waiting.SIG_SETMASK),
                Data.struct("[]", new byte[Waiting.SIGNAL_SET_SIZE]).address(),
                Operand.none(),
                Operand.of(Waiting.SIGNAL_SET_SIZE));
        program.call("leave the JVM's directory", Syscall.CHDIR, Operand.text("/"));
        program.call(
                "execute " + command.path(),
                Syscall.EXECVE,
                Operand.text(command.path()),
                arguments().address(),
                Data.environment(Map.of()).address());
    }

    /** A user who is not root there would lose them by executing the program. */
    private void keepCapabilities() {
        String step = "keep capabilities for the program";
        long bits = CAPABILITIES.stream().mapToLong(one -> 1L << one.value()).sum();
        CapabilitySets.set(program, step, "0x%x".formatted(bits), bits);
        for (Constant one : CAPABILITIES) {
            program.call(
                    step,
                    Syscall.PRCTL,
                    Operand.of(Prctl.PR_CAP_AMBIENT),
                    Operand.of(Prctl.PR_CAP_AMBIENT_RAISE),
                    Operand.of(one),
                    NONE,
                    NONE);
        }
    }

    private Data arguments() {
        List<String> words = command.words();
        Map<Integer, Operand.Address> pointers = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            boolean place = words.get(i).equals(UserModeCommand.NAMESPACE);
            pointers.put(i * Long.BYTES, (place ? path : Data.text(words.get(i))).address());
        }
        return Data.struct("[" + command + "]", new byte[(words.size() + 1) * Long.BYTES], pointers);
    }

    /** The pipe has no other writer than the program, so if it ends before anything is in it, the program has ended. */
    private void supervise() {
        program.section("supervisor", failed);
        closeFrom("close the pipe's other end", WRITING_END);
        for (int passed = USERS; passed < USERS + PASSED; passed++) {
            program.call("close what is passed on", Syscall.CLOSE, Operand.of(passed));
        }
        program.call(
                        "wait for the network",
                        Syscall.READ,
                        Operand.of(READY_END),
                        Data.words("ready", UserModeNetwork.PATH_SIZE / Long.BYTES)
                                .address(),
                        Operand.of(UserModeNetwork.PATH_SIZE))
                .onZero(quit);
        HelperProcess.ready(program);
        program.call("wait for the end of the channel", Syscall.READ, CHANNEL, path.address(), Operand.of(1));
        program.go(quit);
    }

    private void holdNetwork() {
        program.section("holder", failed);
        program.call(
                "enter the network namespace", Syscall.SETNS, Operand.of(NETWORK), Operand.of(CloneFlags.CLONE_NEWNET));
        closeFrom("close the namespaces", USERS);
        CapabilitySets.set(program, "give up all capabilities", "0", 0);
        // The program has no more rights than the same user, and opens the network namespace by this process.
        dumpable("let the program look", 1);
        HelperProcess.ready(program);
        program.call("wait for the supervisor", Syscall.WAIT4, Operand.of(-1), Operand.none(), NONE, Operand.none());
        program.go(quit);
    }

    private void dumpable(String step, int value) {
        prctl(step, Prctl.PR_SET_DUMPABLE, Operand.of(value));
    }

    private void prctl(String step, Constant option, Operand value) {
        program.call(step, Syscall.PRCTL, Operand.of(option), value, NONE, NONE, NONE);
    }

    private void duplicate(String step, int from, int to) {
        program.call(step, Syscall.DUP3, Operand.of(from), Operand.of(to), NONE);
    }

    private void closeFrom(String step, int first) {
        program.call(step, Syscall.CLOSE_RANGE, Operand.of(first), Operand.of(UINT_MAX), NONE);
    }
}

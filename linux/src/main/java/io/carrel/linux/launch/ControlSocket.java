package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.HostFileException;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DescriptorCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.StepTable;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.program.WrittenSteps;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * The socket by which the init of a container that goes on without its JVM is asked for something, by whoever may write to the socket's
 * file. A request is one datagram, and takes along a socket for the answers. Thread-safe.
 */
public final class ControlSocket implements AutoCloseable, ExecServer {

    private static final String NAME = "socket";
    private static final String STEPS = "steps";
    private static final Constant FOR_OWNER = new Constant("0600", 0600);
    /** How long an init may take to have room for a request: one that executes another command answers later. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long PAUSE_NANOS = 1_000_000;

    private final Descriptor socket;
    private final int init;
    private final StepTable steps;

    private ControlSocket(Descriptor socket, int init, StepTable steps) {
        this.socket = socket;
        this.init = init;
        this.steps = steps;
    }

    /**
     * Makes the socket's file in a container's directory, which nobody but the owner may enter, and returns the init's end. One that is
     * there, of an init that has ended, is replaced.
     */
    public static Descriptor bind(Path directory) {
        Descriptor socket = datagrams();
        try (Descriptor place = open(directory)) {
            Files.deleteIfExists(directory.resolve(NAME));
            // The file is made with the socket's own permissions.
            Kernel.setMode("Cannot keep others from the socket of the container in " + directory, socket, FOR_OWNER);
            SocketCalls.bind("Cannot make the socket of the container in " + directory, socket, name(place));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new HostFileException("Cannot make the socket of a container", directory.resolve(NAME), e);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Connects with the init of a running container.
     *
     * @param directory the container's
     * @param init the init's pid, as this JVM sees it
     * @param steps what the steps of its program are, for messages; what these do not know is looked for in the file of
     *     {@link #writeSteps}
     * @throws SyscallException with {@code ECONNREFUSED} if it has ended, {@code ENOENT} or {@code EACCES} as for any file
     */
    public static ControlSocket connect(Path directory, int init, StepTable steps) {
        Descriptor socket = datagrams();
        try (Descriptor place = open(directory)) {
            SocketCalls.connect("Cannot reach the container's first process by " + directory, socket, name(place));
            Kernel.fcntl("Cannot reach the container's first process", socket, Fcntl.F_SETFL, Fcntl.O_NONBLOCK);
            return new ControlSocket(
                    socket,
                    init,
                    address -> steps.stepAt(address).or(() -> written(directory).stepAt(address)));
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Writes, into a container's directory, what the steps of its program are, for JVMs that have not made it. */
    public static void writeSteps(Path directory, SyscallProgram program) {
        Path file = directory.resolve(STEPS);
        try {
            Files.writeString(file, WrittenSteps.format(program));
        } catch (IOException e) {
            throw new HostFileException("Cannot write what the steps of a container are", file, e);
        }
    }

    private static StepTable written(Path directory) {
        try {
            return WrittenSteps.parse(Files.readString(directory.resolve(STEPS)));
        } catch (IOException none) {
            return StepTable.UNKNOWN;
        }
    }

    private static Descriptor datagrams() {
        return SocketCalls.socket(
                "Cannot make a socket for a container", Sockets.AF_UNIX, Sockets.SOCK_DGRAM, Constant.of(0));
    }

    /** A path of the container's may be longer than a socket's name. */
    private static Descriptor open(Path directory) {
        return Kernel.open(
                "Cannot open the container's directory", directory.toString(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY));
    }

    private static byte[] name(Descriptor directory) {
        return SocketName.unix(directory.path() + "/" + NAME);
    }

    @Override
    public CompletableFuture<Exec> execute(ExecCommand command, List<Descriptor> descriptors) {
        Marked marked = Marked.belowForeign(init);
        SocketExec exec = new SocketExec(command, marked, steps);
        List<Descriptor> answers = Kernel.socketPair("the answers of a container");
        try (Descriptor theirs = answers.get(1)) {
            List<Descriptor> all = new ArrayList<>(descriptors);
            all.add(theirs);
            // The init chooses the slot.
            send("Cannot " + command.step(), command.encode(0, marked.mark()), all);
        } catch (RuntimeException | Error e) {
            answers.get(0).close();
            throw e;
        }
        return exec.hear(answers.get(0));
    }

    /**
     * Returns what leads to the command's standard input: the write end of a pipe, or a terminal, or the null device. Whoever has it may
     * write at any time; to close it is to detach.
     */
    public Descriptor attach() {
        String doing = "Cannot attach to the container";
        List<Descriptor> answers = Kernel.socketPair("the answer of a container");
        try (Descriptor own = answers.get(0)) {
            try (Descriptor theirs = answers.get(1)) {
                send(doing, Struct.ofSize(Long.BYTES).u64(ExecArea.ATTACH).toBytes(), List.of(theirs));
            }
            LauncherWait.await("wait for the container's first process", own);
            return DescriptorCalls.receiveDescriptors(doing, own, Report.SIZE)
                    .flatMap(received -> received.descriptors().stream().findFirst())
                    .orElseThrow(ControlSocket::over);
        } catch (LauncherWait.Over e) {
            throw new SetupException(
                    "attach to the container",
                    "ppoll",
                    "the answer of its first process",
                    e.asSetupException().errno(),
                    "The container's first process may be stopped, or its cgroup frozen.");
        }
    }

    /** Has the init let go of the command's standard input, which is at its end then when all who have attached close theirs. */
    public void endInput() {
        send(
                "Cannot end the container's standard input",
                Struct.ofSize(Long.BYTES).u64(ExecArea.END_INPUT).toBytes(),
                List.of());
    }

    /** Has the init kill everything, write how it ended, and end. */
    public void end() {
        send(
                "Cannot end the container",
                Struct.ofSize(Long.BYTES).u64(ExecArea.END).toBytes(),
                List.of());
    }

    /** Without a place for it, as others ask as well, it is tried again. */
    void send(String doing, byte[] message, List<Descriptor> descriptors) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                DescriptorCalls.sendDescriptors(doing, socket, message, descriptors);
                return;
            } catch (SyscallException e) {
                if (e.errno().equals(Errno.named("ECONNREFUSED"))
                        || e.errno().equals(Errno.ECONNRESET)
                        || e.errno().equals(Errno.EPIPE)) {
                    throw over();
                }
                if (!e.errno().equals(Errno.EAGAIN)) {
                    throw e;
                }
                if (System.nanoTime() - end > 0) {
                    throw new SetupException(
                            doing.substring("Cannot ".length()),
                            "sendmsg",
                            socket.toString(),
                            Errno.ETIMEDOUT,
                            LinuxSubject.OTHER);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    static IllegalStateException over() {
        return new IllegalStateException("the container has ended");
    }

    @Override
    public void close() {
        socket.close();
    }
}

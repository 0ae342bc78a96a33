package io.carrel.linux.launch;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DescriptorCalls;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container's process that is a child of this JVM: its init, or the supervisor of its command. It says when the
 * command has ended; when it has ended itself, everything in its PID namespace has. Thread-safe.
 */
public final class Child implements ExecServer {

    /** How long an init may take to kill all in its PID namespace and to tell what they have used. */
    public static final Duration GRACE = Duration.ofMillis(500);

    private static final DescriptorCalls.Received NOTHING = new DescriptorCalls.Received(new byte[0], List.of());

    private static final Logger LOG = LoggerFactory.getLogger(Child.class);

    private final int pid;
    private final Descriptor pidfd;
    private final Descriptor killed;
    private final Sidecar sidecar;
    private final Descriptor channel;
    private final DescriptorWatches.Once message;
    private final Consumer<ProcessExit> ended;
    private final @Nullable Execs execs;
    private final CompletableFuture<ProcessExit> ending = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    /** When this JVM learned that the command runs, and that all has ended, by {@link System#nanoTime()}. */
    private final long began = System.nanoTime();

    private volatile long over;
    private boolean isAsked;

    private Child(
            int pid,
            Descriptor pidfd,
            Descriptor killed,
            Sidecar sidecar,
            Descriptor channel,
            Consumer<ProcessExit> ended,
            @Nullable Execs execs) {
        this.execs = execs;
        this.pid = pid;
        this.pidfd = pidfd;
        this.killed = killed;
        this.sidecar = sidecar;
        this.channel = channel;
        message = EventLoop.shared().readable(channel);
        this.ended = ended;
    }

    /**
     * Takes over the channel of an init, with which all ends. Its pid stays its own, since only this object reaps it.
     */
    static Child init(
            int pid, Sidecar sidecar, Descriptor channel, Consumer<ProcessExit> ended, SyscallProgram program) {
        Descriptor pidfd = ProcessCalls.pidfd(pid);
        return watch(new Child(pid, pidfd, pidfd, sidecar, channel, ended, new Execs(program, channel, pid)));
    }

    /** Takes over the channel of a supervisor. It ends after its command, so the command is what gets killed. */
    static Child supervisor(int pid, int command, Sidecar sidecar, Descriptor channel, Consumer<ProcessExit> ended) {
        return watch(new Child(pid, ProcessCalls.pidfd(pid), pidfdOrNone(command, pid), sidecar, channel, ended, null));
    }

    /**
     * A short command may have been reaped already, and its pid may be another's; then there is nothing to kill but the
     * supervisor, which is ending.
     */
    private static Descriptor pidfdOrNone(int command, int supervisor) {
        Descriptor pidfd;
        try {
            pidfd = ProcessCalls.pidfd(command);
        } catch (SyscallException gone) {
            return Descriptor.none("the command");
        }
        if (Descendants.isChild(command, supervisor)) {
            return pidfd;
        }
        pidfd.close();
        return Descriptor.none("the command");
    }

    private static Child watch(Child child) {
        child.message.tell(events -> child.heard());
        return child;
    }

    /**
     * The last message, or none from a child that was killed. Where it says that all has ended, nobody needs to wait
     * for the child itself, which has namespaces to take down.
     */
    private void heard() {
        DescriptorCalls.Received received = receive();
        Optional<ExecMessage> exec = ExecMessage.parse(received.content());
        if (execs != null && exec.isPresent()) {
            message.tell(events -> heard());
            execs.take(exec.get(), received.descriptors());
            return;
        }
        if (execs != null && !received.descriptors().isEmpty()) {
            message.tell(events -> heard());
            execs.take(received.descriptors());
            return;
        }
        Optional<Message> last = Message.parse(received.content(), received.content().length);
        Optional<ProcessExit> reported = last.flatMap(Message::ending);
        if (execs != null) {
            execs.endAll();
        }
        if (last.isPresent() && last.get().phase() == Report.Phase.EXITED) {
            reported.ifPresent(this::publish);
        }
        EventLoop.shared().whenReadable(pidfd, () -> ended(reported));
    }

    private void ended(Optional<ProcessExit> reported) {
        OptionalInt own;
        synchronized (this) {
            own = ProcessCalls.reap(Waiting.P_PID, pid, new byte[0]);
            pidfd.close();
            killed.close();
        }
        channel.close();
        publish(reported.orElseGet(() -> new ProcessExit(endWithoutCommand(own), Optional.empty())));
        sidecar.whenEnded(() -> gone.complete(null));
    }

    private void publish(ProcessExit end) {
        if (!ending.isDone()) {
            over = System.nanoTime();
            try {
                ended.accept(end);
            } catch (RuntimeException e) {
                LOG.warn("What else is known of the end of process {} could not be noted", pid, e);
            } finally {
                ending.complete(end);
            }
        }
    }

    /** The command did not end by itself: it was killed together with its supervisor, or when that failed. */
    private static int endWithoutCommand(OptionalInt own) {
        int signal = own.orElse(0) & 0x7f;
        return signal == 0 ? Signal.KILL.number() : signal;
    }

    /** None if the child was killed, whatever it had not read any more. */
    private DescriptorCalls.Received receive() {
        try {
            return receivePastReset();
        } catch (SyscallException reset) {
            return NOTHING;
        }
    }

    /**
     * A child that ends by itself leaves unread that it was to end. The kernel says so once, before it gives the last
     * message.
     */
    private DescriptorCalls.Received receivePastReset() {
        try {
            return receiveOnce();
        } catch (SyscallException reset) {
            return receiveOnce();
        }
    }

    private DescriptorCalls.Received receiveOnce() {
        return DescriptorCalls.receiveDescriptors("Cannot hear process " + pid, channel, Report.SIZE)
                .orElse(NOTHING);
    }

    /**
     * Has the init execute a command; see {@link Execs#execute}.
     *
     * @throws IllegalStateException if there is no init, or it has ended
     */
    @Override
    public CompletableFuture<Exec> execute(ExecCommand command, List<Descriptor> descriptors) {
        if (execs == null) {
            throw new IllegalStateException("the container has no init, whose work exec is");
        }
        return execs.execute(command, descriptors);
    }

    /** For tests: the same by any message. */
    CompletableFuture<Exec> executeMessage(ExecCommand command, byte[] message, List<Descriptor> descriptors) {
        return requireNonNull(execs).execute(command, (slot, mark) -> message, descriptors);
    }

    /**
     * Returns how long it ran, as this JVM saw it: from when it learned that the command runs until it learned that all
     * has ended, or until now.
     */
    public Duration wallTime() {
        return Duration.ofNanos((ending.isDone() ? over : System.nanoTime()) - began);
    }

    /** Returns the pid as this JVM sees it. */
    public int pid() {
        return pid;
    }

    /**
     * Sends a signal; false if the child has ended. Any signal but {@code KILL} and {@code STOP} is forwarded to the
     * command; {@code KILL} ends everything in the container: an init does that and tells what all have used, and is
     * killed itself if it has not within {@link #GRACE}.
     */
    public boolean signal(Signal signal) {
        return signal(signal.number());
    }

    /** Sends a signal by its number, for real-time signals. */
    public synchronized boolean signal(int number) {
        if (number != Signal.KILL.number()) {
            return send(pidfd, number);
        }
        return pidfd == killed ? killByInit() : send(killed, number);
    }

    /**
     * Adds up the CPU time of all below the first process that are there, and of those that they have waited for. Reads
     * {@code /proc}, so it is not for the event loop.
     */
    public Duration cpuTime() {
        return Descendants.cpuTime(pid);
    }

    private synchronized boolean send(Descriptor receiver, int number) {
        return !ending.isDone() && receiver.isOpen() && ProcessCalls.sendSignal(receiver, number);
    }

    /**
     * Kills all that are below the first process now, one by one. Reads {@code /proc}, so it is not for the event loop.
     */
    public void killDescendants() {
        Descriptor own;
        synchronized (this) {
            if (!pidfd.isOpen()) {
                return;
            }
            own = ProcessCalls.pidfd(pid);
        }
        Descendants.kill(pid, own);
    }

    private boolean killByInit() {
        if (ending.isDone() || !pidfd.isOpen()) {
            return false;
        }
        if (!isAsked) {
            isAsked = true;
            if (execs != null) {
                execs.refuse();
            }
            try {
                TransferCalls.write(channel, new byte[] {ExecArea.END});
            } catch (SyscallException gone) {
                return send(pidfd, Signal.KILL.number());
            }
            EventLoop.Deadline deadline = EventLoop.shared().after(GRACE, () -> send(pidfd, Signal.KILL.number()));
            CompletableFuture<Void> unused = ending.thenRun(deadline::cancel);
        }
        return true;
    }

    /**
     * Returns what the event loop completes when the command has ended, and in a PID namespace all others, too.
     * Dependents must not block.
     */
    public CompletableFuture<ProcessExit> ending() {
        return ending;
    }

    /**
     * Returns what is completed a moment after {@link #ending}: this process is reaped, so is what served the container
     * from outside, and mounts that only they had are no more.
     */
    public CompletableFuture<Void> gone() {
        return gone;
    }
}

package io.carrel.linux.launch;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A program that executes no command but stays, and does for this JVM what no thread of it can: it is a process of its
 * own, so it can enter user namespaces. It is spoken to through its channel, and has to end when that does, so also
 * when this JVM dies.
 *
 * <p>The program finds the channel at {@link Launcher#CHANNEL} and what is passed on from {@link Launcher#FIRST_PASSED}
 * on. When it is ready it sends its {@link Report}, as it does when a step fails. Thread-safe.
 */
public final class HelperProcess implements AutoCloseable {

    private static final Duration FOREVER = Duration.ofDays(1);

    private final Descriptor channel;
    private final int pid;
    private boolean closed;

    private HelperProcess(Descriptor channel, int pid) {
        this.channel = channel;
        this.pid = pid;
    }

    /**
     * Starts the program and returns when it says that it is ready.
     *
     * @param passed what the program finds from {@link Launcher#FIRST_PASSED} on
     * @throws SetupException if a step of the program fails; nothing of it is left then
     */
    public static HelperProcess start(ProgramFile file, List<Descriptor> passed) {
        List<Descriptor> channel = Kernel.socketPair("the channel to a helper process");
        HelperProcess helper;
        try (Descriptor nothing = Kernel.open("Cannot start a helper process", "/dev/null", Fcntl.O_RDWR);
                Descriptor childEnd = channel.get(1)) {
            List<Descriptor> all = ImmutableList.<Descriptor>builder()
                    .add(nothing, nothing, nothing, childEnd)
                    .addAll(passed)
                    .build();
            helper = new HelperProcess(channel.get(0), Launcher.spawn(file, all));
        } catch (RuntimeException | Error e) {
            channel.get(0).close();
            throw e;
        }
        try {
            helper.awaitReady(file.program());
            return helper;
        } catch (RuntimeException | Error e) {
            helper.close();
            throw e;
        }
    }

    /** Appends to a program: it is ready. */
    public static void ready(ProgramBuilder program) {
        new ChannelSteps(program).say("say that it is ready", Report.Phase.READY);
    }

    /** Appends to a program what it does when a step fails: it says which, and ends. */
    public static void failed(ProgramBuilder program) {
        new ChannelSteps(program).say("report the failure", Report.Phase.FAILED);
    }

    private void awaitReady(SyscallProgram program) {
        if (!isReady(program, FOREVER)) {
            throw new SetupException(
                    "start a helper process", "read", "its channel", Errno.ECONNRESET, "It was killed.");
        }
    }

    /**
     * Waits until the program says once more that it is ready; false if it ends without a word.
     *
     * @throws SetupException if a step of the program fails, or the time is over
     */
    public boolean isReady(SyscallProgram program, Duration atMost) {
        if (!TransferCalls.poll(List.of(channel), atMost)[0]) {
            throw new SetupException(
                    "wait for a program to be ready", "ppoll", "its channel, " + atMost, Errno.ETIMEDOUT);
        }
        Message message = receive().orElse(null);
        if (message == null) {
            return false;
        }
        if (message.phase() == Report.Phase.FAILED) {
            throw message.failure().asException(program, "start a helper process");
        }
        checkState(message.phase() == Report.Phase.READY, "a helper process says %s", message.phase());
        return true;
    }

    /** One that ends leaves unread what it was sent, and the kernel says so. */
    private Optional<Message> receive() {
        byte[] buffer = new byte[Report.SIZE];
        try {
            return Message.parse(buffer, TransferCalls.read(channel, buffer));
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ECONNRESET)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Returns its pid as this JVM sees it, which stays its own until it is closed. */
    public int pid() {
        return pid;
    }

    /** Returns where it is spoken to; messages are kept apart. */
    public Descriptor channel() {
        return channel;
    }

    /** Ends it, and waits for its end. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            channel.close();
            ProcessCalls.reap(Waiting.P_PID, pid, new byte[0]);
        }
    }
}

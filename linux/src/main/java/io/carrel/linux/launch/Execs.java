package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DescriptorCalls;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an init executes for this JVM: one after the other is asked for, and then they run side by side. Thread-safe; what the init
 * says is taken by the event loop.
 */
final class Execs {

    /** Such a process as nobody waited for its end: it went with the container's. */
    private static final ProcessExit KILLED = new ProcessExit(Signal.KILL.number(), Optional.empty());

    private final SyscallProgram program;
    private final Descriptor channel;
    private final int init;
    private final Queue<Request> waiting = new ArrayDeque<>();
    private final Map<Integer, Running> running = new HashMap<>();
    private final BitSet taken = new BitSet();
    private @Nullable Request asked;
    /** Of what is asked for. */
    private @Nullable Descriptor terminal;

    private boolean isOver;

    Execs(SyscallProgram program, Descriptor channel, int init) {
        this.program = program;
        this.channel = channel;
        this.init = init;
    }

    private record Running(Exec exec, int slot) {}

    /** One that the init has not answered yet. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Request(
            ExecCommand command,
            List<Descriptor> descriptors,
            byte[] message,
            int slot,
            Marked marked,
            CompletableFuture<Exec> answer) {}

    /**
     * Has the init execute a command; at once, if it does not answer another one. The descriptors must stay open until there is an
     * answer; one that is cancelled ends the process when it comes.
     *
     * @param descriptors the standard streams, and what the command's cgroup is entered by
     * @throws IllegalStateException if the container has ended, or too many run already
     * @throws SetupException if the command is too large
     */
    CompletableFuture<Exec> execute(ExecCommand command, List<Descriptor> descriptors) {
        return execute(command, command::encode, descriptors);
    }

    /** How the message for a slot and with a mark is made. */
    interface Encoding {
        byte[] encode(int slot, long mark);
    }

    /** For tests: the same by any message. */
    synchronized CompletableFuture<Exec> execute(ExecCommand command, Encoding encoding, List<Descriptor> descriptors) {
        if (isOver) {
            throw new IllegalStateException("the container has ended, or is being ended");
        }
        int slot = taken.nextClearBit(0);
        if (slot >= ExecArea.SLOTS) {
            throw new IllegalStateException(
                    "%d commands run in the container by exec, the most that can at a time".formatted(slot));
        }
        Marked marked = Marked.below(init);
        byte[] message = encoding.encode(slot, marked.mark());
        Request request =
                new Request(command, List.copyOf(descriptors), message, slot, marked, new CompletableFuture<>());
        taken.set(slot);
        waiting.add(request);
        askNext();
        return request.answer;
    }

    private void askNext() {
        while (asked == null && !waiting.isEmpty()) {
            Request next = waiting.remove();
            if (next.answer.isDone()) {
                taken.clear(next.slot); // The caller did not wait for it.
                continue;
            }
            try {
                DescriptorCalls.sendDescriptors(
                        "Cannot " + next.command.step(), channel, next.message, next.descriptors);
                asked = next;
            } catch (SyscallException e) {
                taken.clear(next.slot);
                next.answer.completeExceptionally(isGone(e) ? over() : e);
            }
        }
    }

    private static boolean isGone(SyscallException failure) {
        return failure.errno().equals(Errno.EPIPE) || failure.errno().equals(Errno.ECONNRESET);
    }

    private static IllegalStateException over() {
        return new IllegalStateException("the container has ended");
    }

    /** Takes what the init says of one of them. */
    void take(ExecMessage message, List<Descriptor> descriptors) {
        if (message.phase() == Report.Phase.EXEC_ENDED) {
            ended(message);
        } else {
            answered(message, descriptors);
        }
    }

    /** Takes what the init sends before the answer: the other side of a terminal. */
    void take(List<Descriptor> descriptors) {
        synchronized (this) {
            if (asked != null && terminal == null) {
                terminal = descriptors.get(0);
                return;
            }
        }
        descriptors.forEach(Descriptor::close);
    }

    private void ended(ExecMessage message) {
        Running ended;
        synchronized (this) {
            ended = running.remove(message.pid());
            if (ended != null) {
                taken.clear(ended.slot);
            }
        }
        if (ended != null) {
            ended.exec.end(message.ending());
        }
    }

    private void answered(ExecMessage message, List<Descriptor> descriptors) {
        Request answered;
        Exec exec = null;
        Descriptor unused;
        synchronized (this) {
            answered = asked;
            asked = null;
            if (answered != null && !descriptors.isEmpty()) {
                exec = new Exec(descriptors.get(0), answered.marked, terminal);
                running.put(message.pid(), new Running(exec, answered.slot));
            } else if (answered != null) {
                taken.clear(answered.slot);
            }
            unused = exec == null ? terminal : null;
            terminal = null;
            askNext();
        }
        if (unused != null) {
            unused.close();
        }
        if (answered == null) {
            descriptors.forEach(Descriptor::close);
        } else if (exec == null && message.phase() == Report.Phase.EXEC_RUNS) {
            HostThreads.executor().execute(answered.marked::kill);
            answered.answer.completeExceptionally(ExecFailure.noDescriptor(answered.command));
        } else if (exec == null) {
            answered.answer.completeExceptionally(ExecFailure.of(answered.command, message, program));
        } else if (!answered.answer.complete(exec)) {
            exec.drop();
        }
    }

    /** No more begin; those that run go on. */
    void refuse() {
        synchronized (this) {
            isOver = true;
        }
    }

    /** The container has ended, and all of them with it. */
    void endAll() {
        List<Running> left;
        List<Request> unanswered;
        Descriptor unused;
        synchronized (this) {
            isOver = true;
            left = List.copyOf(running.values());
            running.clear();
            unanswered = new ArrayList<>(waiting);
            waiting.clear();
            if (asked != null) {
                unanswered.add(asked);
                asked = null;
            }
            unused = terminal;
            terminal = null;
        }
        if (unused != null) {
            unused.close();
        }
        left.forEach(one -> one.exec.end(KILLED));
        unanswered.forEach(request -> request.answer.completeExceptionally(over()));
    }
}

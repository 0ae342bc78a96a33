package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DescriptorCalls;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.StepTable;
import io.carrel.linux.uapi.Sockets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command that the init of a {@link ControlSocket} is asked to execute, and what it says of it. The event loop hears that. */
final class SocketExec {

    private static final ProcessExit KILLED = new ProcessExit(Signal.KILL.number(), Optional.empty());

    private final ExecCommand command;
    private final Marked marked;
    private final StepTable steps;
    private final CompletableFuture<Exec> answer = new CompletableFuture<>();
    private @Nullable Exec exec;
    private @Nullable Descriptor terminal;

    SocketExec(ExecCommand command, Marked marked, StepTable steps) {
        this.command = command;
        this.marked = marked;
        this.steps = steps;
    }

    /** Takes over the socket. */
    CompletableFuture<Exec> hear(Descriptor answers) {
        DescriptorWatches.Once message = EventLoop.shared().readable(answers);
        message.tell(events -> heard(answers, message));
        CompletableFuture<Void> unused = answer.handle((exec, failure) -> {
            if (answer.isCancelled()) {
                giveUp(answers);
            }
            return null;
        });
        return answer;
    }

    /** An init that has not begun sees that nobody waits, and does not begin; of one that has, the answer still comes. */
    private synchronized void giveUp(Descriptor answers) {
        if (answers.isOpen()) {
            SocketCalls.shutdown(answers, Sockets.SHUT_WR);
        }
    }

    private synchronized void close(Descriptor answers) {
        answers.close();
    }

    private void heard(Descriptor answers, DescriptorWatches.Once message) {
        Optional<DescriptorCalls.Received> received = receive(answers);
        Optional<ExecMessage> said = received.flatMap(one -> ExecMessage.parse(one.content()));
        if (said.isEmpty()
                && exec == null
                && terminal == null
                && received.filter(one -> !one.descriptors().isEmpty()).isPresent()) {
            terminal = received.get().descriptors().get(0);
            message.tell(events -> heard(answers, message));
            return;
        }
        if (said.isPresent() && said.get().phase() == Report.Phase.EXEC_RUNS) {
            runs(received.get().descriptors());
            message.tell(events -> heard(answers, message));
            return;
        }
        close(answers);
        ended(said);
    }

    private static Optional<DescriptorCalls.Received> receive(Descriptor answers) {
        try {
            return DescriptorCalls.receiveDescriptors(
                    "Cannot hear the container's first process", answers, Report.SIZE);
        } catch (SyscallException reset) {
            return Optional.empty();
        }
    }

    private void runs(List<Descriptor> descriptors) {
        if (descriptors.isEmpty()) {
            if (terminal != null) {
                terminal.close();
            }
            HostThreads.executor().execute(marked::kill);
            answer.completeExceptionally(ExecFailure.noDescriptor(command));
            return;
        }
        exec = new Exec(descriptors.get(0), marked, terminal);
        if (!answer.complete(exec)) {
            exec.drop();
        }
    }

    /** It has ended, or does not run; without a word, the container has ended. */
    private void ended(Optional<ExecMessage> said) {
        if (exec == null && terminal != null) {
            terminal.close();
        }
        if (exec != null) {
            exec.end(said.map(ExecMessage::ending).orElse(KILLED));
        } else if (said.isPresent()) {
            answer.completeExceptionally(ExecFailure.of(command, said.get(), steps));
        } else {
            answer.completeExceptionally(ControlSocket.over());
        }
    }
}

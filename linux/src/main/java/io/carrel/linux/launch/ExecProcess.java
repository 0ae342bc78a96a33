package io.carrel.linux.launch;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableList;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.Signal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An {@link Exec} as a {@link Process}, as {@link LaunchedProcess} is one. Thread-safe as far as {@link Process} is.
 */
public final class ExecProcess extends StreamedProcess {

    /** The init may be stopped, or frozen. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Exec exec;

    private ExecProcess(Exec exec, OwnStreams streams) {
        super(exec.ending(), streams);
        this.exec = exec;
    }

    /**
     * Has a container's init execute a command, and returns when it runs.
     *
     * @param open its standard streams, which the caller closes
     * @param groups what the container's cgroup is entered by, which the caller closes
     * @throws IllegalStateException if the container has no init, or has ended
     * @throws SetupException if a step fails; nothing is left then
     */
    public static ExecProcess start(
            ExecServer server, ExecCommand command, StandardStreams.Open open, List<Descriptor> groups) {
        List<Descriptor> descriptors = ImmutableList.<Descriptor>builder()
                .addAll(open.childEnds())
                .addAll(groups)
                .build();
        if (open.isForTerminal()) {
            return withTerminal(await(command, server.execute(command, descriptors)), open);
        }
        OwnStreams own = OwnStreams.of(open);
        try {
            return new ExecProcess(await(command, server.execute(command, descriptors)), own);
        } catch (RuntimeException | Error e) {
            own.close();
            throw e;
        }
    }

    private static ExecProcess withTerminal(Exec exec, StandardStreams.Open open) {
        try {
            open.giveTerminal(requireNonNull(exec.takeTerminal(), "the terminal"));
            return new ExecProcess(exec, OwnStreams.of(open));
        } catch (RuntimeException | Error e) {
            exec.killAllSoon();
            throw e;
        }
    }

    /** An interrupt from before does not count, as for {@link ProcessBuilder#start}. */
    private static Exec await(ExecCommand command, CompletableFuture<Exec> answer) {
        boolean interrupted = Thread.interrupted();
        try {
            return answer.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            interrupted = true;
            throw giveUp(command, answer, Errno.EINTR, "The calling thread was interrupted.");
        } catch (TimeoutException e) {
            throw giveUp(
                    command,
                    answer,
                    Errno.ETIMEDOUT,
                    "The container's first process does not answer: it may be stopped, or its cgroup frozen.");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** If it comes to run all the same, it is ended. */
    private static SetupException giveUp(
            ExecCommand command, CompletableFuture<Exec> answer, Errno errno, String remedy) {
        if (!answer.cancel(false)) {
            CompletableFuture<Void> unused = answer.thenAccept(Exec::drop);
        }
        return new SetupException(command.step(), "sendmsg", command.words().toString(), errno, remedy);
    }

    /** Returns the process underneath. */
    public Exec exec() {
        return exec;
    }

    /** Ends it and all that comes from it, waits for that, and closes the streams. */
    public void close() {
        exec.killAll();
        exec.ending().join();
        closeStreams();
    }

    @Override
    public void destroy() {
        exec.signal(Signal.TERM.number());
    }

    /** Ends all that comes from it as well. */
    @Override
    public Process destroyForcibly() {
        exec.killAll();
        return this;
    }

    @Override
    public long pid() {
        return exec.pid();
    }
}

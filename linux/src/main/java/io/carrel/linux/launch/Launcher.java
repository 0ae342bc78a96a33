package io.carrel.linux.launch;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableList;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DescriptorCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.binding.Spawn;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Starts programs. The child has these descriptors and no others: 0, 1, 2 as given; 3, the channel to this JVM; and
 * from 4 on what is passed on to it.
 *
 * <p>The channel is a pair of sockets that serves three purposes. The program sends its {@link Message}s through it;
 * where the host has work to do in between, the program waits there for a byte; and when this JVM is gone, however it
 * went, the program sees the end of it and ends the container.
 */
public final class Launcher {

    /** The channel's number in the child. */
    public static final int CHANNEL = 3;
    /** The number in the child of the first descriptor that is passed on. */
    public static final int FIRST_PASSED = 4;

    private static final int MOST_PASSED = 32;
    private static final int LOWEST_FREE = 64;
    private static final long REAPER_STACK = 256 * 1024;
    private static final int MOST_BUSY = 20;
    private static final long PAUSE_NANOS = 1_000_000;

    private Launcher() {}

    /**
     * Work of the host's in the middle of a start, when the child's namespaces exist and its command does not run yet.
     */
    @FunctionalInterface
    public interface HostWork {
        /**
         * Does the work for the process with this pid.
         *
         * @param need which work it waits for
         */
        void perform(Report.Phase need, int pid);

        /**
         * Returns what lets the container into its cgroup, in the order of the program's {@link CgroupEntry}: the
         * launcher waits for it. Asked for once, before the launcher is spawned, and sent as soon as it is there, so
         * that the group is made while the kernel starts the launcher. Closed when it is sent.
         */
        default CompletableFuture<List<Descriptor>> entrances() {
            return CompletableFuture.completedFuture(List.of());
        }

        /**
         * Takes over the other side of the command's terminal, if the program makes one: {@link
         * StandardStreams.Open#giveTerminal}.
         */
        default void terminal(Descriptor other) {
            other.close();
        }

        /**
         * Notes what must be known when others hear that the command has ended. Called by the event loop; must not
         * block.
         */
        default void ended(ProcessExit ending) {}
    }

    /**
     * Starts the program and returns when its command runs.
     *
     * @param standard the command's standard input, output and error
     * @param passed what the program finds from {@link #FIRST_PASSED} on
     * @param work what the host does when the program says what it needs
     * @throws SetupException if a step of the program fails; nothing of it is left then
     */
    public static Child start(ProgramFile file, List<Descriptor> standard, List<Descriptor> passed, HostWork work) {
        return spawn(file, standard, passed, work).await(work);
    }

    /**
     * Starts a program whose init is to go on without this JVM ({@link InitLifetime#OF_ITS_OWN}), and returns when it
     * does so.
     *
     * @param detachment what the init needs for that
     * @throws SetupException if a step of the program fails; nothing of it is left then
     */
    public static DetachedChild startDetached(
            ProgramFile file,
            List<Descriptor> standard,
            List<Descriptor> passed,
            HostWork work,
            Detachment detachment) {
        return spawn(file, standard, passed, work).awaitDetached(work, detachment);
    }

    /** Starts the program and returns at once; the caller must call {@link Start#await} or {@link Start#abandon}. */
    static Start spawn(ProgramFile file, List<Descriptor> standard, List<Descriptor> passed, HostWork work) {
        checkArgument(standard.size() == CHANNEL, "standard input, output and error, not %s", standard);
        checkArgument(passed.size() <= MOST_PASSED, "more than %s descriptors: %s", MOST_PASSED, passed.size());
        List<Descriptor> channel = Kernel.socketPair("the channel to a container");
        CompletableFuture<Void> sent = work.entrances().thenAccept(entrances -> send(channel.get(0), entrances));
        int pid;
        try (Descriptor childEnd = channel.get(1)) {
            pid = spawn(
                    file,
                    ImmutableList.<Descriptor>builder()
                            .addAll(standard)
                            .add(childEnd)
                            .addAll(passed)
                            .build());
        } catch (RuntimeException e) {
            CompletableFuture<Void> unused =
                    sent.whenComplete((done, failure) -> channel.get(0).close());
            throw e;
        }
        Start start = new Start(file.program(), channel.get(0), pid);
        start.awaitSent(sent);
        return start;
    }

    private static void send(Descriptor channel, List<Descriptor> entrances) {
        try {
            if (!entrances.isEmpty()) {
                send("Cannot let the launcher into the cgroup", channel, new byte[1], entrances);
            }
        } finally {
            entrances.forEach(Descriptor::close);
        }
    }

    /** Whether anybody is still there for it is seen by {@link Start#await}, which knows why not. */
    private static void send(String doing, Descriptor channel, byte[] message, List<Descriptor> descriptors) {
        try {
            DescriptorCalls.sendDescriptors(doing, channel, message, descriptors);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.EPIPE) && !e.errno().equals(Errno.ECONNRESET)) {
                throw e;
            }
        }
    }

    /** A dup2 must not overwrite what a later one still needs, so sources are moved out of the way first. */
    static int spawn(ProgramFile file, List<Descriptor> descriptors) {
        List<Descriptor> moved = new ArrayList<>();
        try {
            List<Descriptor> sources = new ArrayList<>();
            for (Descriptor descriptor : descriptors) {
                boolean inTheWay = descriptor.number() < descriptors.size();
                if (inTheWay) {
                    moved.add(Kernel.duplicate(descriptor, LOWEST_FREE));
                }
                sources.add(inTheWay ? moved.get(moved.size() - 1) : descriptor);
            }
            return spawnUnlessBusy(file, sources);
        } finally {
            moved.forEach(Descriptor::close);
        }
    }

    /** A temporary file may still be open for writing in a process that another thread is just about to spawn. */
    private static int spawnUnlessBusy(ProgramFile file, List<Descriptor> sources) {
        for (int attempt = 1; ; attempt++) {
            try {
                return Spawn.spawn("Cannot start the launcher", file.path(), sources);
            } catch (SyscallException e) {
                if (attempt == MOST_BUSY || !e.errno().equals(Errno.ETXTBSY)) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** One start, from the launcher's first instruction to the command's. */
    record Start(SyscallProgram program, Descriptor channel, int launcherPid) {

        private void awaitSent(CompletableFuture<Void> sent) {
            try {
                sent.join();
            } catch (CompletionException e) {
                abandon();
                Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
                throw e;
            }
        }

        /** Waits until the command runs; after an exception nothing of it is left. */
        Child await(HostWork work) {
            return orNothing(() -> running(awaitCommand(work), work::ended));
        }

        /** Waits until the command runs, and its init does not need this JVM any more. */
        DetachedChild awaitDetached(HostWork work, Detachment detachment) {
            return orNothing(() -> {
                Message started = awaitCommand(work);
                ProcessCalls.reap(Waiting.P_PID, launcherPid, new byte[0]);
                try (Descriptor nullDevice = Kernel.open("Cannot detach the container", "/dev/null", Fcntl.O_RDWR)) {
                    send(
                            "Cannot detach the container",
                            channel,
                            detachment.message(),
                            detachment.descriptors(nullDevice));
                }
                expect(receive(work));
                channel.close();
                return DetachedChild.of(started.processes());
            });
        }

        private <T> T orNothing(Supplier<T> start) {
            try {
                return start.get();
            } catch (LauncherWait.Over e) {
                // It may be stopped, and then does not see that the channel is closed.
                Kernel.probe(Syscall.KILL, -launcherPid, Signal.KILL.number());
                abandonStopped();
                throw e.asSetupException();
            } catch (RuntimeException | Error e) {
                abandon();
                throw e;
            }
        }

        private Message awaitCommand(HostWork work) {
            Message message = receive(work);
            while (message.phase().isNeed()) {
                work.perform(message.phase(), message.processes().first());
                TransferCalls.write(channel, new byte[] {1});
                message = receive(work);
            }
            return expect(message);
        }

        private Message expect(Message message) {
            if (message.phase() == Report.Phase.FAILED) {
                throw message.failure().asException(program, "start the container");
            }
            return message;
        }

        /** Ends what was started. */
        void abandon() {
            channel.close();
            reapAll();
        }

        /** Those that the freezer of cgroup v1 has stopped do not die before it lets them go on, which may be never. */
        private void abandonStopped() {
            channel.close();
            Thread reaper = new Thread(null, this::reapAll, "carrel-reap", REAPER_STACK);
            reaper.setDaemon(true);
            reaper.start();
            LauncherWait.join(reaper);
        }

        private Message receive(HostWork work) {
            DescriptorCalls.Received received = receive();
            for (; !received.descriptors().isEmpty(); received = receive()) {
                work.terminal(received.descriptors().get(0));
            }
            return Message.parse(received.content(), received.content().length)
                    .orElseThrow(() -> new SetupException(
                            "start the container",
                            "read",
                            "channel to the launcher",
                            Errno.ECONNRESET,
                            "The launcher was killed, most likely for want of memory: see the kernel's log."));
        }

        /**
         * A launcher that fails leaves unread what it was sent. The kernel says so once, before it gives the last
         * message.
         */
        private DescriptorCalls.Received receive() {
            LauncherWait.await("wait for the launcher", channel);
            try {
                return receiveOnce();
            } catch (SyscallException e) {
                if (!e.errno().equals(Errno.ECONNRESET)) {
                    throw e;
                }
                return receiveOnce();
            }
        }

        private DescriptorCalls.Received receiveOnce() {
            return DescriptorCalls.receiveDescriptors("Cannot hear the launcher", channel, Report.SIZE)
                    .orElseThrow();
        }

        /** The launcher has made the container's init a child of this JVM and ends; or it stays. */
        private Child running(Message message, Consumer<ProcessExit> ended) {
            Message.Processes processes = message.processes();
            Sidecar sidecar = Sidecar.of(processes.sidecar());
            if (processes.launcherStays()) {
                return Child.supervisor(launcherPid, processes.first(), sidecar, channel, ended);
            }
            ProcessCalls.reap(Waiting.P_PID, launcherPid, new byte[0]);
            return Child.init(processes.first(), sidecar, channel, ended, program);
        }

        /** The launcher leads a process group; its other members, if there are any, are our children as well. */
        private void reapAll() {
            boolean reaped;
            do {
                reaped = ProcessCalls.reap(Waiting.P_PGID, launcherPid, new byte[0])
                        .isPresent();
            } while (reaped);
        }
    }
}

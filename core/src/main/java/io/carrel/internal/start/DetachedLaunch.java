package io.carrel.internal.start;

import static java.util.Objects.requireNonNull;

import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.Launch;
import io.carrel.internal.step.Launched;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.launch.ControlSocket;
import io.carrel.linux.launch.DetachedChild;
import io.carrel.linux.launch.Detachment;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.linux.log.ExitRecord;
import io.carrel.linux.log.LogRing;
import io.carrel.linux.program.SyscallProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The start of a container that goes on without this JVM, with all that its init needs for that in a directory. */
public final class DetachedLaunch implements Launch {

    private static final int LOGS = 5;
    private static final long LOG_BYTES = 20L << 20;

    private final Function<HostResources, SyscallProgram> program;
    private final Path directory;
    private final Descriptor lease;
    private @Nullable DetachedChild child;

    /**
     * One start.
     *
     * @param directory where its log, its socket and its end go, in which there is no socket yet
     * @param lease a locked file, whose lock the init has from then on; this JVM's is closed
     */
    public DetachedLaunch(Function<HostResources, SyscallProgram> program, Path directory, Descriptor lease) {
        this.program = program;
        this.directory = directory;
        this.lease = lease;
    }

    @Override
    public StreamEnds given() {
        return StreamEnds.NONE;
    }

    @Override
    public SyscallProgram program(HostResources start) {
        return program.apply(start);
    }

    @Override
    public Launched launch(
            ProgramFile file, StandardStreams.Open streams, List<Descriptor> passed, Launcher.HostWork work) {
        try (Detachment detachment = Detachment.of(
                ControlSocket.bind(directory),
                ExitRecord.create(directory.resolve("exit")),
                lease,
                streams,
                LogRing.open(directory, LOGS, LOG_BYTES))) {
            ControlSocket.writeSteps(directory, file.program());
            DetachedChild launched = Launcher.startDetached(file, streams.childEnds(), passed, work, detachment);
            child = launched;
            return new Launched(launched.gone(), () -> kill(launched.pid()));
        }
    }

    /** It has not been told to anybody, and so is still this JVM's to reap: the pid is its own. */
    private static void kill(int pid) {
        try (Descriptor pidfd = ProcessCalls.pidfd(pid)) {
            ProcessCalls.sendSignal(pidfd, Signal.KILL.number());
        } catch (SyscallException reaped) {
            return;
        }
    }

    /** Its first process, as this JVM sees it. */
    public int pid() {
        return requireNonNull(child).pid();
    }
}

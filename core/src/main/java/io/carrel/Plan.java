package io.carrel;

import io.carrel.cgroups.CgroupTemplate;
import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.UpperDirectory;
import io.carrel.internal.CgroupOwner;
import io.carrel.internal.ContainerSpec;
import io.carrel.internal.HostIdentity;
import io.carrel.internal.HostStep;
import io.carrel.internal.ImageStart;
import io.carrel.internal.Listing;
import io.carrel.internal.Outcome;
import io.carrel.internal.OverlayTrial;
import io.carrel.internal.PlannedCgroup;
import io.carrel.internal.Planner;
import io.carrel.internal.Stacking;
import io.carrel.internal.Started;
import io.carrel.internal.StartedRoot;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.Ending;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.launch.LaunchedProcess;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a start does on this host, step by step: a program of system calls, which the child executes, and the work that
 * this JVM does for it in between. {@link #toString()} shows both; there is no other way to start. Immutable, and good
 * for any number of starts from any threads.
 */
public final class Plan {

    private final ImageStart start;
    private final ContainerSpec spec;
    private final SyscallProgram program;
    private final List<HostStep> hostSteps;
    private final @Nullable CgroupTemplate cgroups;
    private final @Nullable CgroupOwner owner;
    private final UnaryOperator<SyscallProgram> change;

    private Plan(
            ImageStart start,
            SyscallProgram program,
            List<HostStep> hostSteps,
            @Nullable CgroupTemplate cgroups,
            @Nullable CgroupOwner owner,
            UnaryOperator<SyscallProgram> change) {
        this.start = start;
        this.spec = start.spec();
        this.program = program;
        this.hostSteps = List.copyOf(hostSteps);
        this.cgroups = cgroups;
        this.owner = owner;
        this.change = change;
    }

    static Plan of(ContainerSpec definition) {
        HostIdentity host = HostIdentity.current();
        ImageStart stacked = OverlayTrial.decide(ImageStart.of(definition), host);
        ImageStart start = stacked.spec().network().mode().decide(stacked, host).withOwners(host);
        ContainerSpec spec = start.spec();
        RootFs root = spec.files().root();
        UpperDirectory.checkSize(root, spec.files().isCopied());
        CgroupTemplate cgroups = spec.limits().template().orElse(null);
        CgroupOwner owner = spec.limits().delegated() ? CgroupOwner.of(spec, host) : null;
        Planner.Parts parts = Planner.plan(
                StartedRoot.planned(spec),
                host,
                UpperDirectory.planned(root, spec.files().isCopied()).orElse(null),
                planned(cgroups, spec));
        return new Plan(start, parts.program(), parts.hostSteps(), cgroups, owner, UnaryOperator.identity());
    }

    private static PlannedCgroup planned(@Nullable CgroupTemplate cgroups, ContainerSpec spec) {
        return cgroups == null ? PlannedCgroup.NONE : PlannedCgroup.of(cgroups, spec);
    }

    /** For tests: this plan with one system call replaced by one that fails. */
    Plan withFailingCall(int index) {
        return new Plan(
                start,
                program.withFailingStep(index),
                hostSteps,
                cgroups,
                owner,
                original -> original.withFailingStep(index));
    }

    /** For tests: this plan with other work of the host's. */
    Plan withHostSteps(List<HostStep> others) {
        return new Plan(start, program, others, cgroups, owner, change);
    }

    SyscallProgram program() {
        return program;
    }

    List<HostStep> hostSteps() {
        return hostSteps;
    }

    /**
     * Starts the container and returns when its command runs.
     *
     * @throws io.carrel.linux.ContainerException if a step fails; nothing of the container is left then
     */
    public ContainerProcess start() {
        // First, as it may wait, and needs nothing of the host's.
        try (StandardStreams.Open streams = spec.open()) {
            return HostThreads.start(() -> startProcess(streams));
        }
    }

    private ContainerProcess startProcess(StandardStreams.Open streams) {
        Started started = Started.open(start, cgroups, owner);
        try (ProgramFile file = ProgramFile.of(program(started))) {
            LaunchedProcess process = LaunchedProcess.start(file, streams, started.passed(), new Work(started));
            return endedOnFailure(
                    process.child(),
                    () -> ContainerProcess.of(
                            process, new Outcome(process.child(), spec, started, streams.waited()), started));
        } catch (RuntimeException | Error e) {
            started.closeAfter(e);
            throw e;
        }
    }

    /** Starts the container with streams that are open already. */
    Running start(StandardStreams.Open streams) {
        return HostThreads.start(() -> startRunning(streams));
    }

    private Running startRunning(StandardStreams.Open streams) {
        Started started = Started.open(start, cgroups, owner);
        try (ProgramFile file = ProgramFile.of(program(started))) {
            Child child = Launcher.start(file, streams.childEnds(), started.passed(), new Work(started));
            return endedOnFailure(
                    child,
                    () -> new Running(
                            child, new Outcome(child, spec, started, streams.waited()), started.closeAfter(child)));
        } catch (RuntimeException | Error e) {
            started.closeAfter(e);
            throw e;
        }
    }

    /** The command runs; if its caller does not get to know of it, nobody could end it. */
    private static <T> T endedOnFailure(Child child, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            child.signal(Signal.KILL);
            child.gone().join();
            throw e;
        }
    }

    /** A started container, why it ends, and when nothing of its files is left. */
    record Running(Child child, Outcome outcome, CompletableFuture<Optional<Throwable>> removed) {}

    /** What this JVM does for one start. */
    private final class Work implements Launcher.HostWork {

        private final Started started;

        Work(Started started) {
            this.started = started;
        }

        @Override
        public void perform(Report.Phase need, int pid) {
            if (need == Report.Phase.NEEDS_IDS) {
                hostSteps.forEach(step -> step.action().perform(pid));
            } else {
                started.workInNetwork();
            }
        }

        @Override
        public CompletableFuture<List<Descriptor>> entrances() {
            return started.entrances();
        }

        @Override
        public void ended(Ending ending) {
            started.ended(ending);
        }
    }

    /** The changes and anonymous volumes of each start may be in directories of its own, and its addresses are its own. */
    private SyscallProgram program(Started started) {
        return started.root()
                .ownParts(planned(cgroups, spec), started.addresses())
                .map(parts -> change.apply(parts.program()))
                .orElse(program);
    }

    /** Every step of the host's and every system call of the child's processes, with arguments and reasons. */
    @Override
    public String toString() {
        String copy = spec.files().copyReason().map(this::describeCopy).orElse("");
        String fuse = spec.files().fused().map(Plan::describeFuse).orElse("");
        return copy + fuse + Listing.of(program, hostSteps, spec.network());
    }

    private static String describeFuse(Stacking.Fused fused) {
        return "by the side of the container, until its end:\n  stack the layers by %s  # the kernel does not stack them: %s\n"
                .formatted(fused.program(), fused.reason());
    }

    private String describeCopy(String reason) {
        RootFs root = spec.files().root();
        String place =
                UpperDirectory.planned(root, true).map(HostPath::toString).orElse("");
        return "host, before all:\n  copy the layers to %s  # the kernel does not stack them: %s\n"
                .formatted(place, reason);
    }
}

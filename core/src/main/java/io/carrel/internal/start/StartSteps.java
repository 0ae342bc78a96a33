package io.carrel.internal.start;

import com.google.common.collect.ImmutableList;
import io.carrel.internal.cgroup.CgroupStep;
import io.carrel.internal.cgroup.ContainerCgroup;
import io.carrel.internal.cgroup.PlannedCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.files.HostFiles;
import io.carrel.internal.files.ImageStart;
import io.carrel.internal.files.RealOwners;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.network.HostNetwork;
import io.carrel.internal.program.IdSteps;
import io.carrel.internal.program.Planner;
import io.carrel.internal.spec.JoinedNamespace;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.internal.step.Launch;
import io.carrel.internal.step.Launched;
import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.launch.InitLifetime;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProcessExit;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.netns.PublishedPort;
import io.carrel.outcome.HostStage;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that the host does for a start, as one list in the order in which it is done. Its last step launches the container, within
 * which the steps are done that its first process waits for. Immutable.
 */
public final class StartSteps {

    private final ImageStart definition;
    private final HostIdentity host;
    private final HostStep<StandardStreams.Open> streams;
    private final HostNetwork network;
    private final HostFiles files;
    private final @Nullable CgroupStep cgroup;
    private final HostStep<ProgramFile> program;
    private final HostStep<Launched> launch;
    private final InitLifetime lifetime;
    private final List<HostStep<?>> all;

    private StartSteps(StartSteps from, List<HostStep<?>> all) {
        definition = from.definition;
        host = from.host;
        streams = from.streams;
        network = from.network;
        files = from.files;
        cgroup = from.cgroup;
        program = from.program;
        launch = from.launch;
        lifetime = from.lifetime;
        this.all = ImmutableList.copyOf(all);
    }

    private StartSteps(
            ImageStart definition,
            HostIdentity host,
            HostNetwork network,
            @Nullable CgroupStep cgroup,
            InitLifetime lifetime) {
        this.definition = definition;
        this.host = host;
        this.network = network;
        this.cgroup = cgroup;
        this.lifetime = lifetime;
        streams = HostStep.of(
                HostStage.OPEN_STREAMS,
                HostStep.Moment.STREAMS,
                definition.spec().streams().describe(),
                start -> definition.spec().open(start.launch().given()),
                StandardStreams.Open::close);
        // What others may have in use comes first, as it is no work to give it back.
        files = HostFiles.of(definition);
        program = HostStep.of(
                HostStage.WRITE_PROGRAM,
                HostStep.Moment.BEFORE,
                "write the program of the processes below into a file in memory",
                start -> ProgramFile.of(start.launch().program(start)),
                ProgramFile::close);
        launch = HostStep.of(
                HostStage.LAUNCH,
                HostStep.Moment.BEFORE,
                "spawn the launcher, and wait until the command runs",
                this::launch,
                Launched::end);
        ImmutableList.Builder<HostStep<?>> steps = ImmutableList.builder();
        steps.add(streams);
        add(HostStep.Moment.BEFORE, network.steps(), steps);
        steps.addAll(files.steps());
        if (cgroup != null) {
            steps.add(cgroup.step());
        }
        steps.add(program, launch);
        steps.addAll(IdSteps.of(Identity.of(definition.spec(), host)));
        add(HostStep.Moment.NETWORK, network.steps(), steps);
        all = steps.build();
    }

    private static void add(HostStep.Moment moment, List<HostStep<?>> steps, ImmutableList.Builder<HostStep<?>> all) {
        steps.stream().filter(step -> step.moment() == moment).forEach(all::add);
    }

    /**
     * Puts them together.
     *
     * @param network what the host does for the container's network
     * @param cgroup what makes the container's cgroup, null where it has none of its own
     * @param lifetime how long its init lives at most
     */
    public static StartSteps of(
            ImageStart definition,
            HostIdentity host,
            HostNetwork network,
            @Nullable CgroupStep cgroup,
            InitLifetime lifetime) {
        return new StartSteps(definition, host, network, cgroup, lifetime);
    }

    /** Returns all of them, in order; those that are done while the first process waits come last. */
    public List<HostStep<?>> all() {
        return all;
    }

    /** For tests: the same with other steps that map the ids. */
    public StartSteps withIdSteps(List<HostStep<?>> others) {
        List<HostStep<?>> changed = new ArrayList<>(all);
        changed.removeIf(step -> step.moment() == HostStep.Moment.IDS);
        changed.addAll(others);
        return new StartSteps(this, changed);
    }

    /** For tests: the same with one step that fails with what this makes. */
    public StartSteps withFailingStep(int index, RuntimeException failure) {
        List<HostStep<?>> changed = new ArrayList<>(all);
        changed.set(index, all.get(index).withAcquire(start -> {
            throw failure;
        }));
        return new StartSteps(this, changed);
    }

    /**
     * Does all of it, in order, and returns when the command runs. The calling thread may be virtual.
     *
     * @param then makes what the caller wants of it; if that fails, the command is ended
     */
    public <T> T start(Launch how, Function<HostResources, T> then) {
        HostResources start = new HostResources(all, how);
        start.acquire(HostStep.Moment.STREAMS);
        return HostThreads.start(() -> goOn(start, then));
    }

    /** With open streams. */
    private <T> T goOn(HostResources start, Function<HostResources, T> then) {
        try {
            start.acquire(HostStep.Moment.BEFORE);
            start.giveBack(program);
            return then.apply(start);
        } catch (RuntimeException | Error e) {
            start.undo(e);
            throw e;
        }
    }

    private Launched launch(HostResources start) {
        List<Descriptor> passed = new ArrayList<>();
        definition.spec().joined().stream().map(JoinedNamespace::descriptor).forEach(passed::add);
        passed.addAll(network.passed(start));
        return start.launch().launch(start.of(program), start.of(streams), passed, new Work(start));
    }

    /** What the launcher asks for. */
    private final class Work implements Launcher.HostWork {

        private final HostResources start;

        Work(HostResources start) {
            this.start = start;
        }

        @Override
        public void perform(Report.Phase need, int pid) {
            start.acquire(need == Report.Phase.NEEDS_IDS ? HostStep.Moment.IDS : HostStep.Moment.NETWORK, pid);
        }

        @Override
        public CompletableFuture<List<Descriptor>> entrances() {
            return cgroup == null
                    ? CompletableFuture.completedFuture(List.of())
                    : cgroup.entrances(start, definition.spec().keepsInitOutOfCgroup());
        }

        @Override
        public void terminal(Descriptor other) {
            start.of(streams).giveTerminal(other);
        }

        @Override
        public void ended(ProcessExit ending) {
            cgroup(start).ifPresent(group -> group.ended(ending));
        }
    }

    /** Gives all back when the container is gone; see {@link HostResources#releaseAfter}. */
    public CompletableFuture<Optional<Throwable>> releaseAfter(HostResources start) {
        Launched launched = start.of(launch);
        start.leave(launch);
        return start.releaseAfter(launched.gone());
    }

    /** Gives the caller the streams, which is their owner then. */
    public StandardStreams.Open takeStreams(HostResources start) {
        StandardStreams.Open open = start.of(streams);
        start.leave(streams);
        return open;
    }

    /** Returns its cgroup, where it has one of its own. */
    public Optional<ContainerCgroup> cgroup(HostResources start) {
        return Optional.ofNullable(cgroup).map(step -> step.of(start));
    }

    /** Returns the host's ports that lead into it. */
    public List<PublishedPort> ports(HostResources start) {
        return network.ports(start);
    }

    /** Returns the container's addresses on the networks that it shares. */
    public List<InetAddress> addresses(HostResources start) {
        return network.addresses(start);
    }

    /**
     * Returns the program of this start, where it must name what only this start has: directories of its own for changes and anonymous
     * volumes, and its addresses.
     */
    public Optional<SyscallProgram> ownProgram(PlannedCgroup planned, HostResources start) {
        List<InetAddress> addresses = network.addresses(start);
        if (addresses.isEmpty() && !files.areNewForEachStart()) {
            return Optional.empty();
        }
        ContainerSpec own = definition.spec().started(files.mounts(start), addresses);
        ContainerSpec owned = RealOwners.dependOnChanges(own) ? RealOwners.find(own, host) : own;
        return Optional.of(Planner.plan(owned, host, files.upper(start), planned, lifetime));
    }
}

package io.carrel;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.CgroupTemplate;
import io.carrel.fs.HostPath;
import io.carrel.fs.ImageRoot;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.UpperPlace;
import io.carrel.internal.cgroup.CgroupOwner;
import io.carrel.internal.cgroup.CgroupStep;
import io.carrel.internal.cgroup.PlannedCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.files.HostFiles;
import io.carrel.internal.files.ImageStart;
import io.carrel.internal.files.OverlayTrial;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.network.HostNetwork;
import io.carrel.internal.network.NetworkSpec;
import io.carrel.internal.network.detached.DetachedNetwork;
import io.carrel.internal.program.Planner;
import io.carrel.internal.run.Outcome;
import io.carrel.internal.spec.LimitsSpec;
import io.carrel.internal.spec.Stacking;
import io.carrel.internal.start.DetachedLaunch;
import io.carrel.internal.start.StartSteps;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.internal.step.Launch;
import io.carrel.internal.step.Launched;
import io.carrel.internal.step.Listing;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SetupException;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.InitLifetime;
import io.carrel.linux.launch.LaunchedProcess;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.outcome.HostStage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a start does on this host, step by step: what this JVM does before, a program of system calls that the child
 * executes, and what this JVM does for it in between. {@link #toString()} shows all of it; there is no other way to
 * start. Immutable and thread-safe; it can be started any number of times.
 */
public final class Plan {

    private final ImageStart definition;
    private final ContainerSpec spec;
    private final SyscallProgram program;
    private final PlannedCgroup cgroup;
    private final List<HostStep<?>> done;
    private final StartSteps steps;
    private final UnaryOperator<SyscallProgram> change;

    private Plan(
            ImageStart definition,
            SyscallProgram program,
            PlannedCgroup cgroup,
            List<HostStep<?>> done,
            StartSteps steps,
            UnaryOperator<SyscallProgram> change) {
        this.definition = definition;
        this.spec = definition.spec();
        this.program = program;
        this.cgroup = cgroup;
        this.done = ImmutableList.copyOf(done);
        this.steps = steps;
        this.change = change;
    }

    static Plan of(ContainerSpec given) {
        return new Making(InitLifetime.OF_THE_JVM, NetworkSpec::onHost).plan(given);
    }

    /** One that outlives this JVM. */
    static Plan detached(ContainerSpec given, Path log) {
        return new Making(InitLifetime.OF_ITS_OWN, network -> DetachedNetwork.of(network, log)).plan(given);
    }

    /** Makes one plan. What that changes on the host is a step that is listed, too. */
    private static final class Making {

        private final InitLifetime lifetime;
        private final Function<NetworkSpec, HostNetwork> connecting;
        private final HostIdentity host = HostIdentity.current();
        private final HostResources resources = new HostResources(List.of());
        private final List<HostStep<?>> done = new ArrayList<>();

        Making(InitLifetime lifetime, Function<NetworkSpec, HostNetwork> connecting) {
            this.lifetime = lifetime;
            this.connecting = connecting;
        }

        Plan plan(ContainerSpec given) {
            ImageStart stacked = stacked(found(given));
            ImageStart definition = stacked.connected(host).withOwners(host);
            ContainerSpec spec = definition.spec();
            RootFs root = spec.files().root();
            UpperPlace changes = new UpperPlace(root, spec.files().isCopied());
            changes.checkSize();
            CgroupTemplate template =
                    spec.limits().hasCgroup() ? template(spec.limits()).orElse(null) : null;
            CgroupOwner owner = spec.limits().delegated() ? CgroupOwner.of(spec, host) : null;
            PlannedCgroup cgroup = template == null ? PlannedCgroup.NONE : PlannedCgroup.of(template, spec);
            HostPath upper = changes.planned().orElse(null);
            SyscallProgram program = Planner.plan(HostFiles.planned(spec), host, upper, cgroup, lifetime);
            StartSteps steps = StartSteps.of(
                    definition,
                    host,
                    connecting.apply(spec.network()),
                    template == null ? null : new CgroupStep(template, owner),
                    lifetime);
            return new Plan(definition, program, cgroup, done, steps, UnaryOperator.identity());
        }

        private ImageStart found(ContainerSpec given) {
            return given.files().root() instanceof ImageRoot root
                    ? step(
                            HostStage.FIND_IMAGE,
                            "find %s, and unpack those of its layers that are not unpacked".formatted(root),
                            () -> ImageStart.of(given))
                    : ImageStart.of(given);
        }

        private ImageStart stacked(ImageStart definition) {
            return OverlayTrial.isNeeded(definition)
                    ? step(
                            HostStage.TRY_LAYERS,
                            "start the container without its command, to see whether the kernel stacks its layers",
                            () -> OverlayTrial.decide(definition, host))
                    : definition;
        }

        private Optional<CgroupTemplate> template(LimitsSpec limits) {
            return step(
                    HostStage.PREPARE_CGROUPS,
                    "make the cgroups above the container's where they are missing, with the controllers that it needs",
                    limits::template);
        }

        private <R> R step(HostStage stage, String description, Supplier<R> work) {
            HostStep<R> step =
                    HostStep.of(stage, HostStep.Moment.PLAN, description, start -> work.get(), nothing -> {});
            done.add(step);
            return resources.acquire(step);
        }
    }

    /** For tests: this plan with one system call replaced by one that fails. */
    Plan withFailingCall(int index) {
        return new Plan(
                definition,
                program.withFailingStep(index),
                cgroup,
                done,
                steps,
                original -> original.withFailingStep(index));
    }

    /** For tests: this plan with other work of the host's for the container's ids. */
    Plan withIdSteps(List<HostStep<?>> others) {
        return new Plan(definition, program, cgroup, done, steps.withIdSteps(others), change);
    }

    /** For tests: this plan with one step of the host's replaced by one that fails. */
    Plan withFailingHostStep(int index, RuntimeException failure) {
        return new Plan(definition, program, cgroup, done, steps.withFailingStep(index, failure), change);
    }

    SyscallProgram program() {
        return program;
    }

    /** What the host does for each start, in order. */
    List<HostStep<?>> hostSteps() {
        return steps.all();
    }

    /**
     * Starts the container and returns when its command runs.
     *
     * @throws SetupException if a step in the child fails; nothing of the container is left then
     * @throws ContainerException if a step of this JVM fails; nothing of the container is left then
     */
    public ContainerProcess start() {
        return start(StreamEnds.NONE);
    }

    /** The same with some streams that are open already. */
    ContainerProcess start(StreamEnds given) {
        OwnLaunch<LaunchedProcess> launch = new OwnLaunch<>(given, LaunchedProcess::start, LaunchedProcess::child);
        return steps.start(launch, start -> {
            try (StandardStreams.Open streams = steps.takeStreams(start)) {
                LaunchedProcess process = launch.process();
                Outcome outcome = outcome(process.child(), start, streams);
                return new ContainerProcess(process, outcome, definition, steps, start);
            }
        });
    }

    /**
     * Starts the container, which goes on without this JVM.
     *
     * @param directory where its log, its socket and its end go
     * @param lease a locked file, whose lock the container has from then on; this JVM's is closed
     */
    DetachedContainer start(Path directory, Descriptor lease) {
        DetachedLaunch launch = new DetachedLaunch(this::programOf, directory, lease);
        return steps.start(launch, start -> {
            steps.takeStreams(start).close();
            return new DetachedContainer(launch.pid(), definition, steps, start);
        });
    }

    /**
     * The changes and anonymous volumes of each start may be in directories of its own, and its addresses are its
     * own.
     */
    private SyscallProgram programOf(HostResources start) {
        return steps.ownProgram(cgroup, start).map(change).orElse(program);
    }

    /** Starts the container, whose streams are the caller's then, but for those that are open already. */
    Running run(StreamEnds given) {
        OwnLaunch<Child> launch = new OwnLaunch<>(
                given,
                (file, streams, passed, work) -> Launcher.start(file, streams.childEnds(), passed, work),
                Function.identity());
        return steps.start(launch, start -> {
            Child child = launch.process();
            StandardStreams.Open streams = steps.takeStreams(start);
            return new Running(child, outcome(child, start, streams), streams, steps.releaseAfter(start));
        });
    }

    private Outcome outcome(Child child, HostResources start, StandardStreams.Open streams) {
        return new Outcome(child, spec, steps.cgroup(start), streams.waited());
    }

    /** A started container, why it ends, its streams, and when nothing of its files is left. */
    record Running(
            Child child,
            Outcome outcome,
            StandardStreams.Open streams,
            CompletableFuture<Optional<Throwable>> removed) {}

    /** How a process comes to be that ends with this JVM. */
    private interface Starter<P> {
        P start(ProgramFile file, StandardStreams.Open streams, List<Descriptor> passed, Launcher.HostWork work);
    }

    /** One start of such a process. */
    private final class OwnLaunch<P> implements Launch {

        private final StreamEnds given;
        private final Starter<P> starter;
        private final Function<P, Child> child;
        private @Nullable P process;

        OwnLaunch(StreamEnds given, Starter<P> starter, Function<P, Child> child) {
            this.given = given;
            this.starter = starter;
            this.child = child;
        }

        @Override
        public StreamEnds given() {
            return given;
        }

        @Override
        public SyscallProgram program(HostResources start) {
            return programOf(start);
        }

        @Override
        public Launched launch(
                ProgramFile file, StandardStreams.Open streams, List<Descriptor> passed, Launcher.HostWork work) {
            P launched = starter.start(file, streams, passed, work);
            process = launched;
            return Launched.of(child.apply(launched));
        }

        P process() {
            return requireNonNull(process);
        }
    }

    /** Returns every step of the host and every system call of the child's processes, with arguments and reasons. */
    @Override
    public String toString() {
        List<HostStep<?>> all = ImmutableList.<HostStep<?>>builder()
                .addAll(done)
                .addAll(steps.all())
                .build();
        return spec.files().fused().map(Plan::describeFuse).orElse("") + Listing.of(program, all);
    }

    private static String describeFuse(Stacking.Fused fused) {
        return "by the side of the container, until its end:\n  stack the layers by %s  # the kernel does not stack them: %s\n"
                .formatted(fused.program(), fused.reason());
    }
}

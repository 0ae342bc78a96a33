package io.carrel;

import io.carrel.internal.ContainerSpec;
import io.carrel.internal.HostIdentity;
import io.carrel.internal.HostStep;
import io.carrel.internal.Listing;
import io.carrel.internal.Planner;
import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.LaunchedProcess;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.namespaces.Namespace;
import java.util.List;

/**
 * What a start does on this host, step by step: a program of system calls, which the child executes, and the work that
 * this JVM does for it in between. {@link #toString()} shows both; there is no other way to start. Immutable, and good
 * for any number of starts from any threads.
 */
public final class Plan {

    private final ContainerSpec spec;
    private final SyscallProgram program;
    private final List<HostStep> hostSteps;

    private Plan(ContainerSpec spec, SyscallProgram program, List<HostStep> hostSteps) {
        this.spec = spec;
        this.program = program;
        this.hostSteps = List.copyOf(hostSteps);
    }

    static Plan of(ContainerSpec spec) {
        Planner.Parts parts = Planner.plan(spec, HostIdentity.current());
        return new Plan(spec, parts.program(), parts.hostSteps());
    }

    /** For tests: this plan with one system call replaced by one that fails. */
    Plan withFailingCall(int index) {
        return new Plan(spec, program.withFailingStep(index), hostSteps);
    }

    /** For tests: this plan with other work of the host's. */
    Plan withHostSteps(List<HostStep> others) {
        return new Plan(spec, program, others);
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
        try (ProgramFile file = ProgramFile.of(program)) {
            return ContainerProcess.of(LaunchedProcess.start(file, spec.streams(), passed(), this::work), spec);
        }
    }

    /** Starts the container with streams that are open already. */
    Child start(StandardStreams.Open streams) {
        try (ProgramFile file = ProgramFile.of(program)) {
            return Launcher.start(file, streams.childEnds(), passed(), this::work);
        }
    }

    private List<Descriptor> passed() {
        return spec.joined().stream().map(Namespace::descriptor).toList();
    }

    private void work(int pid) {
        hostSteps.forEach(step -> step.action().perform(pid));
    }

    /** Every step of the host's and every system call of the child's processes, with arguments and reasons. */
    @Override
    public String toString() {
        return Listing.of(program, hostSteps);
    }
}

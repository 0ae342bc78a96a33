package io.carrel.internal.program;

import io.carrel.fs.HostPath;
import io.carrel.internal.cgroup.PlannedCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.spec.JoinedNamespace;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.InitLifetime;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.program.SyscallProgram;
import org.jspecify.annotations.Nullable;

/** The start of a container for which the host does nothing but map its ids: for the host's own work. */
public final class BareStart {

    private BareStart() {}

    /**
     * Starts it, and returns when its command runs.
     *
     * @param upper the host's directory for the changes in an overlay, null where there is none
     * @param streams its standard streams, which stay the caller's
     */
    public static Child of(
            ContainerSpec spec, HostIdentity host, @Nullable HostPath upper, StandardStreams.Open streams) {
        SyscallProgram program = Planner.plan(spec, host, upper, PlannedCgroup.NONE, InitLifetime.OF_THE_JVM);
        HostResources start = new HostResources(IdSteps.of(Identity.of(spec, host)));
        try (ProgramFile file = ProgramFile.of(program)) {
            return Launcher.start(
                    file,
                    streams.childEnds(),
                    spec.joined().stream().map(JoinedNamespace::descriptor).toList(),
                    (need, pid) -> start.acquire(HostStep.Moment.IDS, pid));
        }
    }
}

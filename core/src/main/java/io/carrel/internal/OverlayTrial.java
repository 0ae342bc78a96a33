package io.carrel.internal;

import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.internal.FileSystemSteps;
import io.carrel.fs.internal.UpperDirectory;
import io.carrel.linux.SetupException;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.namespaces.Namespace;
import java.util.List;

/**
 * Finds out whether the kernel stacks a container's layers, by a start of the same container in which no command runs. Only
 * those are tried that may have something else.
 */
public final class OverlayTrial {

    /** A command that exists nowhere. */
    private static final String NOWHERE = "/carrel-trial/nowhere";

    private OverlayTrial() {}

    /** The same start, with its layers copied if they have to be. */
    public static ImageStart decide(ImageStart start, HostIdentity host) {
        ContainerSpec spec = start.spec();
        if (!(spec.files().root() instanceof Overlay root) || !(root.fallback() instanceof OverlayFallback.Copy)) {
            return start;
        }
        if (UpperDirectory.holdsCopy(root)) {
            return start.withCopy("what was changed until now is in a copy");
        }
        try (UpperDirectory upper =
                UpperDirectory.openTrial(root, Removal::remove).orElse(null)) {
            attempt(
                    spec,
                    Planner.plan(commandNowhere(spec), host, upper == null ? null : upper.path(), PlannedCgroup.NONE));
            throw new IllegalStateException(NOWHERE + " exists");
        } catch (SetupException e) {
            return FileSystemSteps.isOverlayRefused(e)
                    ? start.withCopy("%s: %s".formatted(e.call(), e.errno().describe()))
                    : start;
        }
    }

    private static ContainerSpec commandNowhere(ContainerSpec spec) {
        return spec.with(
                List.of(NOWHERE),
                spec.environment(),
                null,
                spec.user(),
                spec.files().withMounts(List.of()));
    }

    private static void attempt(ContainerSpec spec, Planner.Parts parts) {
        try (StandardStreams.Open streams = StandardStreams.PIPES.open();
                ProgramFile file = ProgramFile.of(parts.program())) {
            Child unexpected = Launcher.start(
                    file,
                    streams.childEnds(),
                    spec.joined().stream().map(Namespace::descriptor).toList(),
                    pid -> parts.hostSteps().forEach(step -> step.action().perform(pid)));
            unexpected.signal(Signal.KILL);
        }
    }
}

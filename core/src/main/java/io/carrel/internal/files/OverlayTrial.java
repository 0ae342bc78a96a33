package io.carrel.internal.files;

import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.internal.FileSystemSteps;
import io.carrel.fs.internal.FuseNote;
import io.carrel.fs.internal.FuseProgram;
import io.carrel.fs.internal.KeptCopy;
import io.carrel.fs.internal.UpperDirectory;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.identity.HostProgram;
import io.carrel.internal.network.SideProgram;
import io.carrel.internal.program.BareStart;
import io.carrel.internal.spec.CommandSpec;
import io.carrel.internal.subordinate.Removal;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SetupException;
import io.carrel.linux.Signal;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.StandardStreams;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether the kernel stacks a container's layers, by a start of the same container in which no command runs.
 * Only those are tried that may have something else.
 */
public final class OverlayTrial {

    /** A command that exists nowhere. */
    private static final String NOWHERE = "/carrel-trial/nowhere";

    private OverlayTrial() {}

    /** Whether there is something to find out. */
    public static boolean isNeeded(ImageStart start) {
        return start.spec().files().root() instanceof Overlay root
                && !(root.fallback() instanceof OverlayFallback.None);
    }

    /** The same start, with something in place of the kernel's overlay if that has to be. */
    public static ImageStart decide(ImageStart start, HostIdentity host) {
        if (!(start.spec().files().root() instanceof Overlay root) || root.fallback() instanceof OverlayFallback.None) {
            return start;
        }
        if (root.upper().directory().filter(KeptCopy::isIn).isPresent()
                && root.fallback().mayCopy().isPresent()) {
            return start.withCopy("what was changed until now is in a copy");
        }
        if (root.upper().directory().filter(FuseNote::isIn).isPresent()
                && root.fallback() instanceof OverlayFallback.Fuse) {
            return byFuse(start, root, host, "what was changed until now was changed by fuse-overlayfs");
        }
        SetupException end = attempt(start.spec(), root, host);
        if (!FileSystemSteps.isOverlayRefused(end)) {
            return start;
        }
        String reason = describe(end);
        return root.fallback() instanceof OverlayFallback.Fuse
                ? byFuseOrElse(start, root, host, reason)
                : start.withCopy(reason);
    }

    private static ImageStart byFuseOrElse(ImageStart start, Overlay root, HostIdentity host, String reason) {
        try {
            return byFuse(start, root, host, reason);
        } catch (UnsupportedFeatureException e) {
            if (root.fallback().mayCopy().isEmpty()) {
                throw e;
            }
            return start.withCopy("%s; nor does fuse-overlayfs: %s".formatted(reason, e.reason()));
        }
    }

    /**
     * The same start with the layers stacked by fuse-overlayfs.
     *
     * @throws UnsupportedFeatureException if it cannot do that here
     */
    private static ImageStart byFuse(ImageStart start, Overlay root, HostIdentity host, String reason) {
        SideProgram.danger(start.spec().isolation(), start.spec().files()).ifPresent(danger -> {
            throw refusal(danger);
        });
        String program = HostProgram.find(FuseProgram.NAME)
                .orElseThrow(
                        () -> refusal("it is not installed in a directory of PATH; most distributions have it in the"
                                + " package fuse-overlayfs"));
        ImageStart served = start.withFuse(program, reason);
        SetupException end = attempt(served.spec(), root, host);
        if (end.subject() != LinuxSubject.COMMAND) {
            throw refusal("%s (%s)".formatted(describe(end), end.step()));
        }
        return served;
    }

    private static UnsupportedFeatureException refusal(String reason) {
        return new UnsupportedFeatureException("fuse-overlayfs for this container", reason);
    }

    private static String describe(SetupException end) {
        return "%s: %s".formatted(end.call(), end.errno().describe());
    }

    /** How the start of the same container ends in which no command can run. */
    private static SetupException attempt(ContainerSpec spec, Overlay root, HostIdentity host) {
        try (UpperDirectory upper =
                        UpperDirectory.openTrial(root, Removal::remove).orElse(null);
                StandardStreams.Open streams = StandardStreams.PIPES.open()) {
            Child unexpected = BareStart.of(commandNowhere(spec), host, upper == null ? null : upper.path(), streams);
            unexpected.signal(Signal.KILL);
            throw new IllegalStateException(NOWHERE + " exists");
        } catch (SetupException e) {
            return e;
        }
    }

    private static ContainerSpec commandNowhere(ContainerSpec spec) {
        return spec.with(new CommandSpec(
                        List.of(NOWHERE),
                        Optional.empty(),
                        spec.command().environment(),
                        Optional.empty(),
                        Optional.empty()))
                .with(spec.files().withMounts(List.of()))
                .withoutConnections();
    }
}

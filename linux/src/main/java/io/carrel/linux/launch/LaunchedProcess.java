package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import java.util.List;

/** A running program as a {@link Process}. */
public final class LaunchedProcess extends StreamedProcess {

    private final Child child;

    private LaunchedProcess(Child child, OwnStreams streams) {
        super(child.ending(), streams);
        this.child = child;
    }

    /** Starts the program; see {@link Launcher#start}. */
    public static LaunchedProcess start(
            ProgramFile file, StandardStreams streams, List<Descriptor> passed, Launcher.HostWork work) {
        try (StandardStreams.Open open = streams.open()) {
            return start(file, open, passed, work);
        }
    }

    /**
     * Starts the program with streams that are open already. Its own ends are made ready while the child does its
     * steps.
     */
    public static LaunchedProcess start(
            ProgramFile file, StandardStreams.Open open, List<Descriptor> passed, Launcher.HostWork work) {
        Launcher.Start start = Launcher.spawn(file, open.childEnds(), passed, work);
        if (open.isForTerminal()) {
            return withTerminal(start, open, work);
        }
        OwnStreams own;
        try {
            open.closeChildEnds();
            own = OwnStreams.of(open);
        } catch (RuntimeException | Error e) {
            start.abandon();
            throw e;
        }
        try {
            return new LaunchedProcess(start.await(work), own);
        } catch (RuntimeException | Error e) {
            own.close();
            throw e;
        }
    }

    /** Its own ends are there when the command runs. */
    private static LaunchedProcess withTerminal(
            Launcher.Start start, StandardStreams.Open open, Launcher.HostWork work) {
        open.closeChildEnds();
        Child child = start.await(work);
        try {
            return new LaunchedProcess(child, OwnStreams.of(open));
        } catch (RuntimeException | Error e) {
            child.signal(Signal.KILL);
            throw e;
        }
    }

    /** Returns the process underneath. */
    public Child child() {
        return child;
    }

    @Override
    public void destroy() {
        child.signal(Signal.TERM);
    }

    @Override
    public Process destroyForcibly() {
        child.signal(Signal.KILL);
        return this;
    }

    @Override
    public long pid() {
        return child.pid();
    }
}

package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.internal.definition.ContainerSpec;
import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.Pipes;
import io.carrel.linux.launch.StreamEnds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Containers with pipes from one to the other. This JVM has the pipes only until all have started: then each ends with
 * the commands that hold it. Not thread-safe.
 */
final class Pipeline implements AutoCloseable {

    private static final int INPUT = 0;
    private static final int OUTPUT = 1;

    private final List<Container> containers;
    private final List<Map<Integer, Descriptor>> ends = new ArrayList<>();
    private final List<Descriptor> pipes = new ArrayList<>();

    /** What can be refused before anything starts is. */
    Pipeline(List<Container> containers) {
        this.containers = List.copyOf(containers);
        for (Container each : this.containers) {
            Plan unused = each.plan();
            ends.add(new HashMap<>());
        }
    }

    /** What the one prints is what the other reads. */
    Pipeline connect(int from, int to) {
        ContainerSpec writer = containers.get(from).spec();
        ContainerSpec reader = containers.get(to).spec();
        checkArgument(
                writer.streams().isPipe(OUTPUT),
                "the standard output of container %s is redirected, and cannot lead to another container",
                from);
        checkArgument(
                reader.streams().isPipe(INPUT),
                "the standard input of container %s is redirected, and cannot come from another container",
                to);
        List<Descriptor> pipe = Pipes.make("two containers");
        pipes.addAll(pipe);
        ends.get(to).put(INPUT, pipe.get(0));
        ends.get(from).put(OUTPUT, pipe.get(1));
        return this;
    }

    /** Starts them, the last first, so that nobody's reader is missing; after a failure none is left. */
    List<ContainerProcess> start() {
        ContainerProcess[] started = new ContainerProcess[containers.size()];
        try {
            for (int i = started.length - 1; i >= 0; i--) {
                started[i] = containers.get(i).plan().start(new StreamEnds(ends.get(i)));
            }
            return List.of(started);
        } catch (RuntimeException | Error e) {
            end(started, e);
            throw e;
        }
    }

    private static void end(ContainerProcess[] started, Throwable failure) {
        for (ContainerProcess each : started) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() {
        pipes.forEach(Descriptor::close);
    }
}

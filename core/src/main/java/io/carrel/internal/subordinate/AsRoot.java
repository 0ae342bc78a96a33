package io.carrel.internal.subordinate;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import io.carrel.fs.ContainerPath;
import io.carrel.internal.definition.Composition;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.identity.IdMaps;
import io.carrel.internal.identity.WantedIds;
import io.carrel.internal.program.BareStart;
import io.carrel.internal.run.Capture;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.launch.ProcessExit;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.namespaces.NamespaceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Runs programs of the host's for the host's own work on files of subordinate ids: as the root of a user namespace with
 * these ids, who is the user with power over all of them. They are in none of a container's other namespaces.
 */
public final class AsRoot {

    private AsRoot() {}

    /**
     * How a program ended.
     *
     * @param ending its exit code, or the signal that ended it
     * @param output what it wrote to standard output
     * @param errors what it wrote to standard error
     */
    public record Ended(ProcessExit ending, String output, String errors) {

        /** Whether its exit code is 0. */
        public boolean success() {
            return ending.waitStatus() == 0;
        }
    }

    /**
     * Runs a program to its end. If this thread is interrupted, it is ended.
     *
     * @throws io.carrel.linux.ContainerException if it cannot be started
     */
    public static Ended run(IdMaps ids, String... words) throws IOException {
        return run(spec(ids, List.of(words)));
    }

    /** The same with a definition that needs nothing of the host's but ids. */
    static Ended run(ContainerSpec spec) throws IOException {
        try (StandardStreams.Open streams = spec.open(StreamEnds.NONE)) {
            Child child = HostThreads.start(() -> BareStart.of(spec, HostIdentity.current(), null, streams));
            try {
                return end(child, streams, spec.streams().outputLimit());
            } catch (InterruptedException | RuntimeException | Error e) {
                child.signal(Signal.KILL);
                child.gone().join();
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + spec.command().words().get(0) + " ran", e);
        }
    }

    private static ContainerSpec spec(IdMaps ids, List<String> words) {
        return Composition.unconfined()
                .namespaces(own -> own.isolate(NamespaceType.USER))
                .identity(own -> own.with(new WantedIds.Given(ids)))
                .command(own -> own.withWords(words).in(ContainerPath.ROOT))
                .toSpec();
    }

    private static Ended end(Child child, StandardStreams.Open streams, long limit) throws InterruptedException {
        streams.closeChildEnds();
        Descriptor input = streams.takeOwnEnd(0);
        if (input != null) {
            input.close();
        }
        try (Capture capture =
                new Capture(streams.takeOwnEnd(1), streams.takeOwnEnd(2), limit, () -> child.signal(Signal.KILL))) {
            capture.begin(child.ending()).get();
            return new Ended(
                    child.ending().get(),
                    new String(capture.output(), StandardCharsets.UTF_8),
                    new String(capture.error(), StandardCharsets.UTF_8));
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
            throw new IllegalStateException(e);
        }
    }
}

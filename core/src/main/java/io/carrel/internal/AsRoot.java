package io.carrel.internal;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.RootFs;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.namespaces.NamespaceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Runs programs of the host's for the host's own work on files of subordinate ids: as the root of a user namespace with these
 * ids, who is the user with power over all of them. They are in none of a container's other namespaces.
 */
final class AsRoot {

    private AsRoot() {}

    /**
     * How a program ended.
     *
     * @param success whether its exit code is 0
     * @param errors what it wrote to standard error
     */
    record Ended(boolean success, String errors) {}

    /**
     * Runs a program to its end. If this thread is interrupted, it is ended.
     *
     * @throws io.carrel.linux.ContainerException if it cannot be started
     */
    static Ended run(IdMaps ids, String... words) throws IOException {
        ContainerSpec spec = spec(ids, List.of(words));
        try (StandardStreams.Open streams = spec.open()) {
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
            throw new IOException("Interrupted while " + words[0] + " ran", e);
        }
    }

    private static ContainerSpec spec(IdMaps ids, List<String> words) {
        return new ContainerSpec(
                CommandSpec.NONE
                        .withWords(words)
                        .withEnvironment(HostEnvironment.variables())
                        .in(ContainerPath.ROOT),
                IdentitySpec.USUAL.with(new WantedIds.Given(ids)),
                new FilesSpec(RootFs.host(), false),
                NetworkSpec.NONE,
                LimitsSpec.NONE,
                new IsolationSpec(
                        NamespacesSpec.SHARED.isolate(NamespaceType.USER), PrivilegesSpec.ALL.rights(false), false),
                StreamsSpec.USUAL);
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
            int status = child.ending().get().waitStatus();
            return new Ended(status == 0, new String(capture.error(), StandardCharsets.UTF_8));
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
            throw new IllegalStateException(e);
        }
    }
}

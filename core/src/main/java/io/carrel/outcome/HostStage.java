package io.carrel.outcome;

import io.carrel.linux.SetupException;
import java.util.Optional;

/**
 * What a step of the host's is for, in the order in which a start does them: {@code Plan} lists those of a container.
 * What the container's own processes do is not among them; a failure there is a {@link SetupException}.
 */
public enum HostStage {
    /** Finding the root's image, and unpacking layers that are not unpacked yet. Done when the plan is made. */
    FIND_IMAGE,
    /** Trying whether the kernel stacks the root's layers. Done when the plan is made. */
    TRY_LAYERS,
    /** Making the cgroups above the container's. Done when the plan is made. */
    PREPARE_CGROUPS,
    /** Opening files and making pipes for the standard streams. */
    OPEN_STREAMS,
    /** Starting the JVM that serves the network of a container which outlives the JVM that starts it. */
    START_NETWORK_HELPER,
    /** Taking ports of the host. */
    TAKE_PORTS,
    /** Opening the networks that containers share. */
    OPEN_NETWORKS,
    /** Taking addresses on such a network. */
    TAKE_ADDRESSES,
    /** Making the sockets by which the launcher passes the container's network on. */
    MAKE_SOCKETS,
    /** Keeping an image from being removed. */
    KEEP_IMAGE,
    /** Unpacking what was removed of the image since the plan was made. */
    UNPACK_IMAGE,
    /** Taking the directory for the container's changes. */
    TAKE_CHANGES,
    /** Noting, beside the changes, what they belong to. */
    NOTE_CHANGES,
    /** Copying layers that the kernel does not stack. */
    COPY_LAYERS,
    /** Taking a volume. */
    TAKE_VOLUME,
    /** Making the container's cgroup, with its limits. */
    MAKE_CGROUP,
    /** Writing the program of the container's processes. */
    WRITE_PROGRAM,
    /** Spawning the launcher, and waiting until the command runs. */
    LAUNCH,
    /** Mapping the container's ids. */
    MAP_IDS,
    /** Getting the container's network from the launcher. */
    GET_NETWORK,
    /** Having that JVM connect it. */
    CONNECT_BY_HELPER,
    /** Connecting it to a network that containers share. */
    ATTACH_NETWORK,
    /** Connecting it to the host's by a helper process. */
    CONNECT_USER_MODE,
    /** Making sockets in it. */
    MAKE_INSIDE_SOCKETS,
    /** Answering for names in it. */
    SERVE_NAMES,
    /** Opening the way out of it. */
    OPEN_EGRESS,
    /** Leading what comes to the host's ports into it. */
    PUBLISH_PORTS;

    /** Returns the stage at which a start failed; empty if it was no step of the host. */
    public static Optional<HostStage> ofFailure(Throwable failure) {
        return FailedStep.in(failure).map(FailedStep::stage);
    }
}

package io.carrel.containers;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.ProcessIdentity;
import java.time.Instant;
import java.util.List;

/**
 * The last start of a container. Immutable.
 *
 * @param started when its command began to run
 * @param process its first process
 * @param boot the host's {@code boot_id} then: what another boot has left has no processes
 * @param stopSignal the number of the signal that asks its command to end
 * @param ports its published ports, as text for people, such as {@code 80/tcp -> 127.0.0.1:32768}
 * @param addresses its addresses on the networks that it shares
 * @param inside what else that is executed in it has
 */
public record ContainerRun(
        Instant started,
        ProcessIdentity process,
        String boot,
        int stopSignal,
        List<String> ports,
        List<String> addresses,
        ContainerInside inside) {

    /** Copies the lists. */
    public ContainerRun {
        ports = ImmutableList.copyOf(ports);
        addresses = ImmutableList.copyOf(addresses);
    }
}

package io.carrel.cgroups;

/**
 * Receives the events of a group. It is called on the one thread that waits for all events, so it must be short and
 * must not block.
 */
@FunctionalInterface
public interface CgroupListener {

    /**
     * Receives an event.
     *
     * @param event what happened
     * @param count how often it has happened since the last call, at least 1; the kernel counts, so none is missed
     */
    void happened(CgroupEvent event, long count);
}

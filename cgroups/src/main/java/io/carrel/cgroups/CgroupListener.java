package io.carrel.cgroups;

/** Is told what happens to a group, on the one thread that waits for everything: it must be short and must not block. */
@FunctionalInterface
public interface CgroupListener {

    /**
     * Something has happened.
     *
     * @param event what
     * @param count how often it has happened since the last time; the kernel counts, so nothing is missed
     */
    void happened(CgroupEvent event, long count);
}

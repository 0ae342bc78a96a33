package io.carrel.cgroups.limits;

/**
 * Whether the whole group is killed when it is out of memory, instead of one process: {@code memory.oom.group}. v2 only
 * (Linux 4.19). Immutable.
 *
 * @param whole whether all processes are killed
 */
public record OomGroup(boolean whole) implements Limit {

    @Override
    public Controller controller() {
        return Controller.MEMORY;
    }

    @Override
    public String toString() {
        return "memory.oom.group=" + (whole ? "1" : "0");
    }
}

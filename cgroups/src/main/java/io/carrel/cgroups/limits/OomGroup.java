package io.carrel.cgroups.limits;

/**
 * Whether the whole group is killed when it is out of memory, and not one process of it. v2 only.
 *
 * @param whole whether
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

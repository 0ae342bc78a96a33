package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The priority of the group's packets on a network interface: {@code net_prio.ifpriomap}. v1 only. Immutable. See
 * Documentation/admin-guide/cgroup-v1/net_prio.rst.
 *
 * @param networkInterface the interface's name
 * @param priority 0 up to 32 bits
 */
public record NetPriority(String networkInterface, long priority) implements Limit {

    /**
     * Checks the name and the number.
     *
     * @throws IllegalArgumentException if the name is empty or has blanks, or the number is negative or has more than
     *     32 bits
     */
    public NetPriority {
        checkArgument(
                !networkInterface.isEmpty() && networkInterface.chars().noneMatch(Character::isWhitespace),
                "not a network interface: \"%s\"",
                networkInterface);
        checkArgument(priority >= 0 && priority <= 0xffffffffL, "a network priority has 32 bits, was %s", priority);
    }

    @Override
    public Controller controller() {
        return Controller.NET_PRIO;
    }

    @Override
    public String toString() {
        return "net_prio.ifpriomap=" + networkInterface + " " + priority;
    }
}

package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The traffic class of the group's packets: {@code net_cls.classid}. v1 only. Immutable. See
 * Documentation/admin-guide/cgroup-v1/net_cls.rst.
 *
 * @param id as {@code tc} has it: 16 bits of major number, 16 bits of minor number
 */
public record NetClass(long id) implements Limit {

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is negative or has more than 32 bits
     */
    public NetClass {
        checkArgument(id >= 0 && id <= 0xffffffffL, "a traffic class has 32 bits, was %s", id);
    }

    @Override
    public Controller controller() {
        return Controller.NET_CLS;
    }

    @Override
    public String toString() {
        return "net_cls.classid=" + id;
    }
}

package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The traffic class that the group's packets are in, {@code net_cls.classid}. v1 only.
 *
 * @param id as {@code tc} has it: 16 bits of major number, 16 bits of minor number
 */
public record NetClass(long id) implements Limit {

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

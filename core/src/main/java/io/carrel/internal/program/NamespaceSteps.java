package io.carrel.internal.program;

import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.spec.JoinedNamespace;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.CloneFlags;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.NamespaceType;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The steps by which a container's processes come into their namespaces.
 *
 * @param program the program they are appended to
 * @param spec whose they are
 * @param networkByTheSide whether the launcher makes the network, while the first process makes the others
 * @param makesCgroupNamespace whether the first process makes its cgroup namespace itself: the root of one is the group
 *     of who makes it, which must be in there already
 */
record NamespaceSteps(
        ProgramBuilder program, ContainerSpec spec, boolean networkByTheSide, boolean makesCgroupNamespace) {

    /** Only the launcher can enter namespaces for the others: what it clones is born into them. */
    void join() {
        List<JoinedNamespace> joined = spec.joined();
        if (!joined.isEmpty()) {
            new Privileges(program).notDumpable();
        }
        IntStream.range(0, joined.size())
                .boxed()
                .sorted(Comparator.comparingInt(index -> turn(joined.get(index).type())))
                .forEach(index -> join(joined.get(index), Launcher.FIRST_PASSED + index));
    }

    private void join(JoinedNamespace namespace, int descriptor) {
        program.call(
                "join the " + namespace, Syscall.SETNS, Operand.of(descriptor), Operand.of(flags(namespace.type())));
        if (namespace.type() == NamespaceType.USER) {
            // The kernel resets it with every change of credentials, to fs.suid_dumpable.
            new Privileges(program).notDumpable();
        }
    }

    /** The user namespace first, as it gives the right to the others; the mount namespace last. */
    private static int turn(NamespaceType type) {
        return switch (type) {
            case USER -> 0;
            case MOUNT -> 2;
            default -> 1;
        };
    }

    /** What the first process is born into. */
    Constant ofClone() {
        return flags(this::isBornInto);
    }

    /** All at once, or no more than the network by its side waits for. */
    private boolean isBornInto(NamespaceType type) {
        return (!networkByTheSide || type == NamespaceType.USER || type == NamespaceType.PID)
                && !(type == NamespaceType.CGROUP && makesCgroupNamespace);
    }

    /** The first process makes the others itself, while the launcher makes the network. */
    void createOthers() {
        Constant others = flags(type -> !isBornInto(type) && type != NamespaceType.NETWORK);
        if (others.value() != 0) {
            program.call("create the other namespaces", Syscall.UNSHARE, Operand.of(others))
                    .about(LinuxSubject.ofNamespaces(others.value()));
        }
    }

    private Constant flags(Predicate<NamespaceType> wanted) {
        return spec.isolation().namespaces().created().stream()
                .filter(wanted)
                .sorted()
                .map(NamespaceSteps::flags)
                .reduce(Constant.of(0), Constant::or);
    }

    static Constant flags(NamespaceType type) {
        return CloneFlags.namespaces(type.cloneFlag());
    }
}

package io.carrel.linux.launch;

import static io.carrel.linux.uapi.CloneFlags.CLONE_INTO_CGROUP;
import static io.carrel.linux.uapi.CloneFlags.CLONE_PARENT;

import io.carrel.linux.LinuxSubject;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.ProgramBuilder.Call;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.util.HashMap;
import java.util.Map;

/**
 * The calls that make processes. None of them gets a stack or memory of its own, as the interpreter needs neither.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone(2)</a>
 */
record CloneSteps(ProgramBuilder program, CgroupEntry cgroup) {

    /** {@code struct clone_args} up to its field {@code cgroup}. */
    private static final int CLONE_ARGS_SIZE = 88;

    private static final int CHILD_TID = 16;
    private static final int PARENT_TID = 24;

    /** Appends: clones the container's first process, into its namespaces and its cgroup of v2, and reports its pid. */
    Call first(Constant flags, Operand childTid) {
        String step = "create the namespaces";
        Operand.Address parentTid = program.report(Report.CLONED_PID);
        return cgroup.unified()
                ? intoCgroup(step, flags, parentTid, childTid)
                : clone(step, flags, parentTid, childTid);
    }

    /** Appends: clones another process, whose pid is stored to {@code parentTid}. */
    Call another(String step, Constant flags, Operand parentTid) {
        return clone(step, flags, parentTid, Operand.none());
    }

    private Call clone(String step, Constant flags, Operand parentTid, Operand childTid) {
        // x86-64 takes child_tid in the fourth place, aarch64 in the fifth; the other one is the unused tls.
        Constant withSignal = flags.or(Waiting.SIGCHLD);
        return program.call(step, Syscall.CLONE, Operand.of(withSignal), Operand.none(), parentTid, childTid, childTid)
                .about(LinuxSubject.ofNamespaces(flags.value()));
    }

    /**
     * Neither a stack of its own nor a descriptor for itself; a clone of the same parent ends with that one's signal.
     */
    private Call intoCgroup(String step, Constant flags, Operand.Address parentTid, Operand childTid) {
        boolean ownSignal = (flags.value() & CLONE_PARENT.value()) == 0;
        Constant all = flags.or(CLONE_INTO_CGROUP);
        Map<Integer, Operand.Address> addresses = new HashMap<>(Map.of(PARENT_TID, parentTid));
        if (childTid instanceof Operand.Address address) {
            addresses.put(CHILD_TID, address);
        }
        Data arguments = Data.struct(
                "{flags=%s, cgroup=%d}".formatted(all, cgroup.directory()),
                Struct.ofSize(CLONE_ARGS_SIZE)
                        .u64(all.value())
                        .skip(3 * Long.BYTES)
                        .u64(ownSignal ? Waiting.SIGCHLD.value() : 0)
                        .skip(5 * Long.BYTES)
                        .u64(cgroup.directory())
                        .toBytes(),
                addresses);
        return program.call(step, Syscall.CLONE3, arguments.address(), Operand.of(CLONE_ARGS_SIZE))
                .about(LinuxSubject.ofNamespaces(flags.value()));
    }
}

package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Subject;
import io.carrel.linux.SyscallException;
import io.carrel.linux.bpf.BpfInstruction;
import io.carrel.linux.bpf.BpfProgram;
import io.carrel.linux.uapi.Bpf;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code bpf(2)}: loads programs and attaches them to cgroups. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</a>
 */
public final class BpfCalls {

    /** What a program says about itself: it uses no function of the kernel, so nothing depends on it. */
    private static final String LICENSE = "Apache-2.0";

    private static final int LOG_SIZE = 64 * 1024;
    private static final int LOG_LINES = 20;
    private static final int MOST_PROGRAMS = 64;
    private static final int NAME_SIZE = Bpf.LONGEST_NAME + 1;

    /** The parts of {@code union bpf_attr} that the commands read. */
    private static final int LOAD_SIZE = 72;

    private static final int ATTACH_SIZE = 20;
    private static final int QUERY_SIZE = 32;
    private static final int QUERY_COUNT = 24;
    private static final int ID_SIZE = 12;
    private static final int INFO_SIZE = 16;

    /** {@code struct bpf_prog_info} up to the name, and where that is. */
    private static final int PROGRAM_INFO_SIZE = 80;

    private static final int PROGRAM_INFO_NAME = 64;

    private BpfCalls() {}

    /**
     * Has the kernel check and translate a program. The kernel keeps it as long as it is open or attached anywhere.
     *
     * @param type what it is for, such as {@code BPF_PROG_TYPE_CGROUP_DEVICE}
     * @throws SyscallException with the log of the verifier, if that refuses it
     */
    public static Descriptor load(String doing, Constant type, BpfProgram program) {
        long result = load(type, program, null);
        if (result == -Errno.EPERM.number() || result == -Errno.ENOSYS.number()) {
            throw Syscalls.failure(doing, Syscall.BPF, result, loading(type, program));
        }
        return result < 0 ? loadWithLog(doing, type, program) : Kernel.own(result, "program " + program);
    }

    private static Descriptor loadWithLog(String doing, Constant type, BpfProgram program) {
        try (Memory log = new Memory(LOG_SIZE)) {
            log.clear();
            long result = load(type, program, log);
            if (result >= 0) {
                return Kernel.own(result, "program " + program);
            }
            String text = end(log.getString(0, StandardCharsets.US_ASCII.name()).strip());
            throw new SyscallException(
                    doing,
                    Syscall.BPF.symbol(),
                    loading(type, program),
                    new Errno((int) -result),
                    text.isEmpty()
                            ? "The verifier was not asked: this kernel has no programs of the type."
                            : "The verifier says:\n" + text);
        }
    }

    /** The verifier tells every step, and at last what is wrong. */
    private static String end(String log) {
        List<String> lines = log.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    private static String loading(Constant type, BpfProgram program) {
        return "%s, %s, %s".formatted(Bpf.BPF_PROG_LOAD, type, program);
    }

    private static long load(Constant type, BpfProgram program, @Nullable Memory log) {
        try (Memory code = copy(program.toBytes());
                Memory license = copy((LICENSE + '\0').getBytes(StandardCharsets.US_ASCII))) {
            Struct attributes = Struct.ofSize(LOAD_SIZE)
                    .u32(type.value())
                    .u32(code.size() / BpfInstruction.SIZE)
                    .u64(Syscalls.address(code))
                    .u64(Syscalls.address(license))
                    .u32(log == null ? 0 : 1)
                    .u32(log == null ? 0 : LOG_SIZE)
                    .u64(log == null ? 0 : Syscalls.address(log))
                    .skip(8) // kernel version and flags
                    .bytes(program.name().getBytes(StandardCharsets.US_ASCII));
            return call(Bpf.BPF_PROG_LOAD, attributes);
        }
    }

    /**
     * Attaches a program to a cgroup beside those that are there; a group's processes, and those of groups below it,
     * may do what all of them permit.
     */
    public static void attach(String doing, Descriptor cgroup, Constant where, Descriptor program) {
        change(doing, Bpf.BPF_PROG_ATTACH, cgroup, where, program, Bpf.BPF_F_ALLOW_MULTI, Optional.empty());
    }

    /** Puts a program in the place of another one at once: there is no moment with none or both. */
    public static void replace(
            String doing, Descriptor cgroup, Constant where, Descriptor program, Descriptor replaced) {
        Constant flags = Bpf.BPF_F_ALLOW_MULTI.or(Bpf.BPF_F_REPLACE);
        change(doing, Bpf.BPF_PROG_ATTACH, cgroup, where, program, flags, Optional.of(replaced));
    }

    /** Takes a program from a cgroup. */
    public static void detach(String doing, Descriptor cgroup, Constant where, Descriptor program) {
        change(doing, Bpf.BPF_PROG_DETACH, cgroup, where, program, Constant.of(0), Optional.empty());
    }

    private static void change(
            String doing,
            Constant command,
            Descriptor cgroup,
            Constant where,
            Descriptor program,
            Constant flags,
            Optional<Descriptor> replaced) {
        Struct attributes = Struct.ofSize(ATTACH_SIZE)
                .u32(cgroup.number())
                .u32(program.number())
                .u32(where.value())
                .u32(flags.value())
                .u32(replaced.map(Descriptor::number).orElse(0));
        check(doing, command, call(command, attributes), cgroup, where, program, flags);
    }

    /** Returns the ids of the programs that are attached to a cgroup itself, in the order in which they run. */
    public static List<Integer> attached(String doing, Descriptor cgroup, Constant where) {
        try (Memory ids = new Memory(MOST_PROGRAMS * Integer.BYTES);
                Memory attributes = copy(Struct.ofSize(QUERY_SIZE)
                        .u32(cgroup.number())
                        .u32(where.value())
                        .skip(8) // flags for the question and those of the answer
                        .u64(Syscalls.address(ids))
                        .u32(MOST_PROGRAMS)
                        .toBytes())) {
            check(doing, Bpf.BPF_PROG_QUERY, call(Bpf.BPF_PROG_QUERY, attributes), cgroup, where);
            List<Integer> found = new ArrayList<>();
            for (int i = 0; i < attributes.getInt(QUERY_COUNT); i++) {
                found.add(ids.getInt((long) i * Integer.BYTES));
            }
            return found;
        }
    }

    /** Opens a loaded program; empty if it is gone. */
    public static Optional<Descriptor> open(String doing, int id) {
        long result = call(Bpf.BPF_PROG_GET_FD_BY_ID, Struct.ofSize(ID_SIZE).u32(id));
        if (result == -Errno.ENOENT.number()) {
            return Optional.empty();
        }
        check(doing, Bpf.BPF_PROG_GET_FD_BY_ID, result, id);
        return Optional.of(Kernel.own(result, "program with id " + id));
    }

    /** Returns the name that a program was loaded under. */
    public static String name(String doing, Descriptor program) {
        try (Memory info = new Memory(PROGRAM_INFO_SIZE)) {
            info.clear();
            Struct attributes = Struct.ofSize(INFO_SIZE)
                    .u32(program.number())
                    .u32(PROGRAM_INFO_SIZE)
                    .u64(Syscalls.address(info));
            check(doing, Bpf.BPF_OBJ_GET_INFO_BY_FD, call(Bpf.BPF_OBJ_GET_INFO_BY_FD, attributes), program);
            byte[] name = info.getByteArray(PROGRAM_INFO_NAME, NAME_SIZE);
            return new String(name, StandardCharsets.US_ASCII).replace("\0", "");
        }
    }

    private static long call(Constant command, Struct attributes) {
        try (Memory memory = copy(attributes.toBytes())) {
            return call(command, memory);
        }
    }

    private static long call(Constant command, Memory attributes) {
        return Syscalls.raw(Syscall.BPF, command.value(), Syscalls.address(attributes), attributes.size());
    }

    private static void check(String doing, Constant command, long result, Object... arguments) {
        if (result < 0) {
            Object[] shown =
                    Stream.concat(Stream.of(command), Stream.of(arguments)).toArray();
            Subject subject =
                    command.equals(Bpf.BPF_PROG_ATTACH) ? LinuxSubject.PROGRAM_ATTACHMENT : LinuxSubject.OTHER;
            throw Syscalls.failure(subject, doing, Syscall.BPF, result, shown);
        }
    }

    private static Memory copy(byte[] bytes) {
        Memory memory = new Memory(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }
}

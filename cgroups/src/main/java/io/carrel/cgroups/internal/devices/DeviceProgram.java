package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.limits.DeviceRule.ANY;
import static io.carrel.linux.bpf.Register.R0;
import static io.carrel.linux.bpf.Register.R1;
import static io.carrel.linux.bpf.Register.R2;
import static io.carrel.linux.bpf.Register.R3;
import static io.carrel.linux.bpf.Register.R4;
import static io.carrel.linux.bpf.Register.R5;
import static io.carrel.linux.bpf.Register.R6;
import static io.carrel.linux.bpf.Register.R7;

import io.carrel.cgroups.limits.DeviceAccess;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceType;
import io.carrel.linux.bpf.Arithmetic;
import io.carrel.linux.bpf.BpfAssembler;
import io.carrel.linux.bpf.BpfProgram;
import io.carrel.linux.bpf.Comparison;
import io.carrel.linux.bpf.Register;
import io.carrel.linux.bpf.Width;
import io.carrel.linux.program.Label;
import io.carrel.linux.uapi.Bpf;
import io.carrel.linux.uapi.Constant;
import java.util.Set;

/**
 * Writes a list of rules as the program that the kernel runs when a process of the group opens or makes a device. The
 * rules are asked from the last to the first, and what a rule allows is taken from what is asked for: a rule that
 * denies some of the rest ends it, and so does nothing left.
 */
final class DeviceProgram {

    /** What the kernel lists our programs under; by it we know them again. */
    static final String NAME = "carrel_devices";

    private static final int TYPE_BITS = 16;
    private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;

    private static final Register CONTEXT = R1;
    private static final Register TYPE = R2;
    private static final Register ASKED = R3;
    private static final Register MAJOR = R4;
    private static final Register MINOR = R5;
    private static final Register VERDICT = R0;
    /**
     * Not zero for another device than the rule's. Jumps on type and numbers themselves would be plainer, but then the
     * kernel checks what follows once for every device that it has come to know, and gives up on some hundreds of
     * rules.
     */
    private static final Register OTHER = R6;

    private static final Register SCRATCH = R7;

    private final BpfAssembler assembler = new BpfAssembler();
    private final Label allow = new Label("allow");
    private final Label deny = new Label("deny");

    private DeviceProgram() {}

    static BpfProgram of(DevicePolicy policy) {
        DeviceProgram program = new DeviceProgram();
        program.readContext();
        for (int i = policy.rules().size() - 1; i >= 0; i--) {
            program.ask(policy.rules().get(i));
        }
        program.decide(policy.allowsOthers());
        return program.assembler.toProgram(NAME);
    }

    private void readContext() {
        assembler
                .load(Width.WORD, TYPE, CONTEXT, Bpf.DEVICE_ACCESS_TYPE)
                .move(ASKED, TYPE)
                .calculate(TYPE, Arithmetic.AND, TYPE_MASK)
                .calculate(ASKED, Arithmetic.RSH, TYPE_BITS)
                .load(Width.WORD, MAJOR, CONTEXT, Bpf.DEVICE_MAJOR)
                .load(Width.WORD, MINOR, CONTEXT, Bpf.DEVICE_MINOR);
    }

    private void ask(DeviceRule rule) {
        Label next = new Label("next");
        assembler.move(OTHER, TYPE).calculate(OTHER, Arithmetic.XOR, (int)
                number(rule.type()).value());
        compare(MAJOR, rule.major());
        compare(MINOR, rule.minor());
        assembler.jumpIf(OTHER, Comparison.JNE, 0, next);
        int access = bits(rule.access());
        if (rule.allowed()) {
            assembler.calculate(ASKED, Arithmetic.AND, ~access).jumpIf(ASKED, Comparison.JEQ, 0, allow);
        } else {
            assembler.jumpIf(ASKED, Comparison.JSET, access, deny);
        }
        assembler.label(next);
    }

    private void compare(Register register, int number) {
        if (number != ANY) {
            assembler
                    .move(SCRATCH, register)
                    .calculate(SCRATCH, Arithmetic.XOR, number)
                    .calculate(OTHER, Arithmetic.OR, SCRATCH);
        }
    }

    /** The verdict on the rest; the kernel refuses a verdict that nothing leads to. */
    private void decide(boolean rest) {
        Label first = rest ? allow : deny;
        Label second = rest ? deny : allow;
        assembler.label(first).move(VERDICT, rest ? 1 : 0).exit();
        if (assembler.isTarget(second)) {
            assembler.label(second).move(VERDICT, rest ? 0 : 1).exit();
        }
    }

    private static Constant number(DeviceType type) {
        return type == DeviceType.BLOCK ? Bpf.BPF_DEVCG_DEV_BLOCK : Bpf.BPF_DEVCG_DEV_CHAR;
    }

    private static int bits(Set<DeviceAccess> access) {
        return access.stream().mapToInt(one -> (int) number(one).value()).sum();
    }

    private static Constant number(DeviceAccess access) {
        return switch (access) {
            case READ -> Bpf.BPF_DEVCG_ACC_READ;
            case WRITE -> Bpf.BPF_DEVCG_ACC_WRITE;
            case MKNOD -> Bpf.BPF_DEVCG_ACC_MKNOD;
        };
    }
}

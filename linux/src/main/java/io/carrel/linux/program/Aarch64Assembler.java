package io.carrel.linux.program;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the few aarch64 instructions that the interpreter consists of. Registers are numbers, {@code x0} to {@code
 * x30}.
 *
 * @see <a href="https://developer.arm.com/documentation/ddi0602/latest">Arm A64 instruction set</a>
 */
final class Aarch64Assembler {

    private record Branch(int at, String label, int bits, int shift) {}

    private final List<Integer> words = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<Branch> branches = new ArrayList<>();

    void label(String name) {
        labels.put(name, words.size());
    }

    /** {@code movz} and {@code movk}: a constant of 32 bits. */
    void move(int to, long value) {
        words.add(0xd2800000 | (int) (value & 0xffff) << 5 | to);
        words.add(0xf2a00000 | (int) (value >> 16 & 0xffff) << 5 | to);
    }

    /** {@code ldr xt, [base, #offset]}. */
    void load(int to, int base, int offset) {
        words.add(0xf9400000 | offset / 8 << 10 | base << 5 | to);
    }

    /** {@code str xt, [base, #offset]}. */
    void store(int from, int base, int offset) {
        words.add(0xf9000000 | offset / 8 << 10 | base << 5 | from);
    }

    void add(int to, int left, int right) {
        words.add(0x8b000000 | right << 16 | left << 5 | to);
    }

    void subtract(int to, int left, int right) {
        words.add(0xcb000000 | right << 16 | left << 5 | to);
    }

    void and(int to, int left, int right) {
        words.add(0x8a000000 | right << 16 | left << 5 | to);
    }

    /** {@code lsr xd, xn, xm}. */
    void shiftRight(int to, int value, int bits) {
        words.add(0x9ac02400 | bits << 16 | value << 5 | to);
    }

    void increment(int register) {
        words.add(0x91000400 | register << 5 | register);
    }

    /** {@code svc #0}. */
    void supervisorCall() {
        words.add(0xd4000001);
    }

    void branch(String label) {
        branch(0x14000000, label, 26, 0);
    }

    /** {@code cbz}. */
    void branchIfZero(int register, String label) {
        branch(0xb4000000 | register, label, 19, 5);
    }

    /** {@code tbnz xt, #63}. */
    void branchIfNegative(int register, String label) {
        branch(0xb7f80000 | register, label, 14, 5);
    }

    /** {@code tbz xt, #63}. */
    void branchIfNotNegative(int register, String label) {
        branch(0xb6f80000 | register, label, 14, 5);
    }

    byte[] toBytes() {
        for (Branch branch : branches) {
            int distance = requireNonNull(labels.get(branch.label)) - branch.at;
            int field = (distance & (1 << branch.bits) - 1) << branch.shift;
            words.set(branch.at, words.get(branch.at) | field);
        }
        ByteBuffer code = ByteBuffer.allocate(words.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        words.forEach(code::putInt);
        return code.array();
    }

    private void branch(int operation, String label, int bits, int shift) {
        branches.add(new Branch(words.size(), label, bits, shift));
        words.add(operation);
    }
}

package io.carrel.linux.program;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes the few x86-64 instructions that the interpreter consists of. Memory operands are a register and a
 * displacement of one byte; jumps reach 127 bytes.
 *
 * @see <a href="https://www.intel.com/content/www/us/en/developer/articles/technical/intel-sdm.html">Intel SDM, vol.
 *     2</a>
 */
final class X64Assembler {

    /** In the order of their numbers in instructions. */
    enum Register {
        RAX,
        RCX,
        RDX,
        RBX,
        RSP,
        RBP,
        RSI,
        RDI,
        R8,
        R9,
        R10;

        int low() {
            return ordinal() & 7;
        }

        int high() {
            return ordinal() >> 3;
        }
    }

    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final Map<String, Integer> labels = new HashMap<>();
    private final Map<Integer, String> jumps = new HashMap<>();

    void label(String name) {
        labels.put(name, code.size());
    }

    /** {@code mov r32, imm32}: clears the upper half. */
    void move(Register to, long value) {
        emit(0xb8 + to.low(), (int) value, (int) (value >> 8), (int) (value >> 16), (int) (value >> 24));
    }

    /** {@code mov r64, r64}. */
    void move(Register to, Register from) {
        registers(0x89, to, from);
    }

    /** {@code mov r64, [base + displacement]}. */
    void load(Register to, Register base, int displacement) {
        emit(0x48 | to.high() << 2, 0x8b, 0x40 | to.low() << 3 | base.low(), displacement);
    }

    /** {@code mov [base + displacement], r64}. */
    void store(Register base, int displacement, Register from) {
        emit(0x48 | from.high() << 2, 0x89, 0x40 | from.low() << 3 | base.low(), displacement);
    }

    void add(Register to, Register from) {
        registers(0x01, to, from);
    }

    void subtract(Register to, Register from) {
        registers(0x29, to, from);
    }

    void and(Register to, Register from) {
        registers(0x21, to, from);
    }

    /** {@code test r64, r64}: sets sign and zero flag. */
    void test(Register register) {
        registers(0x85, register, register);
    }

    void increment(Register register) {
        emit(0x48, 0xff, 0xc0 | register.low());
    }

    void shiftRightByCl(Register register) {
        emit(0x48, 0xd3, 0xe8 | register.low());
    }

    void syscall() {
        emit(0x0f, 0x05);
    }

    void jump(String label) {
        jump(0xeb, label);
    }

    void jumpIfZero(String label) {
        jump(0x74, label);
    }

    void jumpIfNegative(String label) {
        jump(0x78, label);
    }

    void jumpIfNotNegative(String label) {
        jump(0x79, label);
    }

    byte[] toBytes() {
        byte[] bytes = code.toByteArray();
        jumps.forEach((at, label) -> {
            int distance = requireNonNull(labels.get(label)) - (at + 1);
            if (distance != (byte) distance) {
                throw new IllegalStateException("jump to " + label + " is too far");
            }
            bytes[at] = (byte) distance;
        });
        return bytes;
    }

    private void registers(int operation, Register to, Register from) {
        emit(0x48, operation, 0xc0 | from.low() << 3 | to.low());
    }

    private void jump(int operation, String label) {
        emit(operation, 0);
        jumps.put(code.size() - 1, label);
    }

    private void emit(int... bytes) {
        for (int value : bytes) {
            code.write(value);
        }
    }
}

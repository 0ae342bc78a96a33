package io.carrel.linux.bpf;

import static io.carrel.linux.bpf.Register.R0;
import static io.carrel.linux.bpf.Register.R1;
import static io.carrel.linux.bpf.Register.R10;
import static io.carrel.linux.bpf.Register.R2;
import static io.carrel.linux.bpf.Register.R3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.BaseEncoding;
import org.junit.jupiter.api.Test;

/** Bytes put together by hand from the tables of the kernel's document of the instruction set. */
class BpfInstructionTest {

    @Test
    void loadsAndStores() {
        assertEncodes(BpfInstruction.load(Width.WORD, R2, R1, 4), "6112040000000000", "r2 = *(u32 *)(r1 + 4)");
        assertEncodes(BpfInstruction.load(Width.HALF_WORD, R2, R1, 0), "6912000000000000", "r2 = *(u16 *)(r1 + 0)");
        assertEncodes(BpfInstruction.load(Width.BYTE, R2, R1, 0), "7112000000000000", "r2 = *(u8 *)(r1 + 0)");
        assertEncodes(
                BpfInstruction.store(Width.DOUBLE_WORD, R10, -8, R3), "7b3af8ff00000000", "*(u64 *)(r10 + -8) = r3");
    }

    @Test
    void calculates() {
        assertEncodes(BpfInstruction.of(Arithmetic.MOV, R0, 1), "b700000001000000", "r0 = 1");
        assertEncodes(BpfInstruction.of(Arithmetic.MOV, R3, R2), "bf23000000000000", "r3 = r2");
        assertEncodes(BpfInstruction.of(Arithmetic.AND, R2, 0xffff), "57020000ffff0000", "r2 &= 65535");
        assertEncodes(BpfInstruction.of(Arithmetic.RSH, R3, 16), "7703000010000000", "r3 >>= 16");
        assertEncodes(BpfInstruction.of(Arithmetic.AND, R3, -3), "57030000fdffffff", "r3 &= -3");
    }

    @Test
    void jumpsAndExits() {
        assertEncodes(BpfInstruction.jump(-2), "0500feff00000000", "goto -2");
        assertEncodes(BpfInstruction.jumpIf(R2, Comparison.JNE, 1, 3), "5502030001000000", "if r2 != 1 goto +3");
        assertEncodes(BpfInstruction.jumpIf(R2, Comparison.JSET, 6, 3), "4502030006000000", "if r2 & 6 goto +3");
        assertEncodes(BpfInstruction.jumpIf(R2, Comparison.JLE, R3, 1), "bd32010000000000", "if r2 <= r3 goto +1");
        assertEncodes(BpfInstruction.exit(), "9500000000000000", "exit");
    }

    @Test
    void refusesWhatDoesNotFitItsFields() {
        assertThatThrownBy(() -> BpfInstruction.jump(32768))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an offset is -32768 to 32767, not 32768");
        assertThatThrownBy(() -> new BpfInstruction(256, R0, R0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an opcode is a byte, not 256");
    }

    @Test
    void showsTheOpcodeOfWhatItHasNoNameFor() {
        assertThat(new BpfInstruction(0x85, R0, R0, 0, 14)).hasToString("if r0 <opcode 0x85> 14 goto +0");
        assertThat(new BpfInstruction(0x18, R0, R0, 0, 14)).hasToString("opcode 0x18");
    }

    private static void assertEncodes(BpfInstruction instruction, String bytes, String text) {
        assertThat(BaseEncoding.base16().lowerCase().encode(instruction.toBytes()))
                .isEqualTo(bytes);
        assertThat(instruction).hasToString(text);
    }
}

package io.carrel.linux.bpf;

import static io.carrel.linux.bpf.Register.R0;
import static io.carrel.linux.bpf.Register.R1;
import static io.carrel.linux.bpf.Register.R10;
import static io.carrel.linux.bpf.Register.R2;
import static io.carrel.linux.bpf.Register.R3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.program.Label;
import io.carrel.linux.testing.Golden;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BpfAssemblerTest {

    private final BpfAssembler assembler = new BpfAssembler();

    @Test
    void listsWhereJumpsLead() throws IOException {
        Label again = new Label("again");
        Label done = new Label("done");
        BpfProgram program = assembler
                .load(Width.WORD, R2, R1, 0)
                .move(R3, R2)
                .calculate(R3, Arithmetic.RSH, 16)
                .store(Width.DOUBLE_WORD, R10, -8, R3)
                .label(again)
                .calculate(R2, Arithmetic.SUB, 1)
                .jumpIf(R2, Comparison.JSET, 0x10, done)
                .jumpIf(R2, Comparison.JGT, R3, again)
                .jump(done)
                .label(done)
                .move(R0, 1)
                .exit()
                .toProgram("example");
        Golden.assertMatches("bpf-listing.txt", program.listing());
        assertThat(program).hasToString("example (10 instructions)");
        assertThat(program.toBytes()).hasSize(80);
    }

    @Test
    void knowsWhichLabelsAreJumpedTo() {
        Label target = new Label("target");
        Label other = new Label("other");
        assembler.jump(target);
        assertThat(assembler.isTarget(target)).isTrue();
        assertThat(assembler.isTarget(other)).isFalse();
    }

    @Test
    void jumpsAsFarAsTheFieldReaches() {
        Label end = new Label("end");
        assembler.jumpIf(R1, Comparison.JEQ, 0, end);
        fill(32767);
        assertThat(assembler.label(end).exit().toProgram("far").instructions().get(0))
                .isEqualTo(BpfInstruction.jumpIf(R1, Comparison.JEQ, 0, 32767));
    }

    @Test
    void refusesAJumpThatIsTooFar() {
        Label end = new Label("end");
        assembler.jump(end);
        fill(32768);
        assembler.label(end).exit();
        assertThatThrownBy(() -> assembler.toProgram("far"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the jump at 0 to end over 32768 instructions is longer than -32768 to 32767");
    }

    @Test
    void refusesALabelThatIsNowhereOrTwice() {
        Label label = new Label("lost");
        assembler.jump(label).exit();
        assertThatThrownBy(() -> assembler.toProgram("lost"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the jump at 0 leads to the label lost, which is nowhere");
        assembler.label(label);
        assertThatThrownBy(() -> assembler.label(label))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the label lost is placed twice");
    }

    @Test
    void refusesNamesThatTheKernelRefuses() {
        List<BpfInstruction> exit = List.of(BpfInstruction.exit());
        for (String name : List.of("", "sixteen_letters_", "a-b", "a b")) {
            assertThatThrownBy(() -> new BpfProgram(name, exit))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not \"" + name + "\"");
        }
        assertThatThrownBy(() -> new BpfProgram("empty", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the program empty has no instructions");
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            assembler.move(R0, 0);
        }
    }
}

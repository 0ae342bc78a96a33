package io.carrel.linux.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.LinuxSubject;
import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Syscall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyscallProgramTest {

    private final SyscallProgram program = sample();

    private static SyscallProgram sample() {
        ProgramBuilder program = new ProgramBuilder();
        Label failed = new Label("failed");
        program.section("first", failed);
        program.call("leave the directory", Syscall.CHDIR, Operand.text("/"));
        program.set(Data.words("word", 1).address(), 5);
        program.section("second", failed);
        program.call("end", Syscall.EXIT_GROUP, Operand.of(0));
        program.place(failed);
        program.call("end after a failure", Syscall.EXIT_GROUP, Operand.of(1));
        return program.build();
    }

    @Test
    void stepsAreTheSystemCallsInOrder() {
        assertThat(program.steps())
                .containsExactly(
                        new Step("first", "chdir", "\"/\"", "leave the directory", LinuxSubject.OTHER),
                        new Step("second", "exit_group", "0", "end", LinuxSubject.OTHER),
                        new Step("second", "exit_group", "1", "end after a failure", LinuxSubject.OTHER));
    }

    @Test
    void aStepReadsLikeStrace() {
        assertThat(program.steps().get(0).text()).isEqualTo("chdir(\"/\")");
    }

    @Test
    void stepAtFindsTheInstructionAtAnAddress() {
        assertThat(program.stepAt(addressOf(0)).map(Step::reason)).contains("leave the directory");
        assertThat(program.stepAt(addressOf(3)).map(Step::reason)).contains("end after a failure");
    }

    private long addressOf(int instruction) {
        return program.image().addressOf(instruction);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0x400000, 0x800000, Long.MAX_VALUE, Long.MIN_VALUE})
    void stepAtIsEmptyWhereThereIsNoInstruction(long address) {
        assertThat(program.stepAt(address)).isEmpty();
        assertThat(program.stepAt(addressOf(0) + 1)).isEmpty();
        assertThat(program.stepAt(addressOf(3) + 88)).isEmpty();
    }

    @Test
    void withFailingStepReplacesOneCall() {
        SyscallProgram failing = program.withFailingStep(1);
        assertThat(failing.stepAt(addressOf(2)))
                .contains(new Step("second", "unknown", "0", "end", LinuxSubject.OTHER));
        assertThat(failing.steps())
                .extracting(Step::reason)
                .containsExactly("leave the directory", "end after a failure");
    }

    @Test
    void withFailingStepLeavesTheProgramAsItIs() {
        assertThat(program.withFailingStep(0)).isNotSameAs(program);
        assertThat(program.steps()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3})
    void withFailingStepRefusesAStepThatTheProgramDoesNotHave(int index) {
        assertThatThrownBy(() -> program.withFailingStep(index))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the program has 3 steps, asked for " + index);
    }

    @ParameterizedTest
    @EnumSource
    void theSameProgramMakesTheSameBytes(Processor processor) {
        assertThat(program.toElf(processor)).isEqualTo(sample().toElf(processor));
    }

    @Test
    void listsTheSectionsInOrder() {
        assertThat(program).hasToString("""
                        first:
                           0  chdir("/") fail:3
                           1  ADD(zero, 5) -> word fail:2
                        second:
                           2  exit_group(0) fail:3
                           3  exit_group(1) fail:3
                        """);
    }
}

package io.carrel.linux.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Processor;
import io.carrel.linux.uapi.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An image's words, found by their addresses in the file. */
class ProgramImageTest {

    private final ProgramBuilder program = new ProgramBuilder();

    private ByteBuffer image(Processor processor) {
        return ByteBuffer.wrap(program.build().toElf(processor)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int offset(long address) {
        return (int) (address - ProgramImage.ADDRESS) + ElfFile.DATA_OFFSET;
    }

    private static int word(int instruction, int word) {
        return offset(ProgramImage.INSTRUCTIONS_ADDRESS) + instruction * 88 + word * 8;
    }

    private static String text(ByteBuffer image, long address) {
        int start = offset(address);
        int end = start;
        while (image.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        image.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void anInstructionIsElevenWords() {
        program.call("close", Syscall.CLOSE, Operand.of(7), Operand.of(-1)).ignoreFailure();
        program.call("end", Syscall.EXIT_GROUP, Operand.of(0));
        ByteBuffer image = image(Processor.X86_64);
        assertThat(image.getLong(word(0, 0))).as("operation").isEqualTo(3);
        assertThat(image.getLong(word(0, 1))).as("first argument").isEqualTo(7);
        assertThat(image.getLong(word(0, 2))).as("second argument").isEqualTo(-1);
        assertThat(image.getLong(word(0, 3))).as("third argument").isZero();
        assertThat(image.getLong(word(0, 7))).as("destination").isEqualTo(ProgramImage.ADDRESS + Report.SIZE);
        long second = ProgramImage.INSTRUCTIONS_ADDRESS + 88;
        for (int branch = 8; branch <= 10; branch++) {
            assertThat(image.getLong(word(0, branch))).as("branch %s", branch).isEqualTo(second);
        }
    }

    @Test
    void aCallHasTheProcessorsNumber() {
        program.call("end", Syscall.EXIT_GROUP, Operand.of(0));
        assertThat(image(Processor.X86_64).getLong(word(0, 0))).isEqualTo(231);
        assertThat(image(Processor.AARCH64).getLong(word(0, 0))).isEqualTo(94);
    }

    @Test
    void aVectorPointsToItsTexts() {
        program.call("execute", Syscall.EXECVE, Data.vector(List.of("ls", "-l")).address());
        ByteBuffer image = image(Processor.X86_64);
        int vector = offset(image.getLong(word(0, 1)));
        assertThat(text(image, image.getLong(vector))).isEqualTo("ls");
        assertThat(text(image, image.getLong(vector + 8))).isEqualTo("-l");
        assertThat(image.getLong(vector + 16)).isZero();
    }

    @Test
    void anAddressCountsItsOffset() {
        Data pair = Data.words("pair", 2);
        program.call("read", Syscall.READ, pair.address(), pair.at(12));
        ByteBuffer image = image(Processor.X86_64);
        assertThat(image.getLong(word(0, 2)) - image.getLong(word(0, 1))).isEqualTo(12);
    }

    @Test
    void equalTextsShareOnePlace() {
        program.call("mount", Syscall.MOUNT, Operand.text("tmpfs"), Operand.text("/tmp"), Operand.text("tmpfs"));
        ByteBuffer image = image(Processor.X86_64);
        assertThat(image.getLong(word(0, 1))).isEqualTo(image.getLong(word(0, 3)));
        assertThat(image.getLong(word(0, 1))).isNotEqualTo(image.getLong(word(0, 2)));
    }

    @Test
    void equalWordsHavePlacesOfTheirOwn() {
        program.call(
                "read",
                Syscall.READ,
                Data.words("w", 1).address(),
                Data.words("w", 1).address());
        ByteBuffer image = image(Processor.X86_64);
        assertThat(image.getLong(word(0, 1))).isNotEqualTo(image.getLong(word(0, 2)));
    }

    @Test
    void structuresThatAreShownInQuotesHavePlacesOfTheirOwn() {
        program.call(
                "write",
                Syscall.WRITE,
                Data.struct("\"0 1000 1\"", new byte[] {1}).address(),
                Data.struct("\"0 1000 1\"", new byte[] {2}).address());
        ByteBuffer image = image(Processor.X86_64);
        assertThat(image.getLong(word(0, 1))).isNotEqualTo(image.getLong(word(0, 2)));
    }

    @Test
    void wordsAreAligned() {
        program.call("odd", Syscall.CHDIR, Operand.text("/"), Data.words("w", 1).address());
        assertThat(image(Processor.X86_64).getLong(word(0, 2)) % 8).isZero();
    }
}

package io.carrel.linux.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.uapi.Processor;
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

    /** Both segments lie in the file as they do in memory. */
    private static int offset(long address) {
        return (int) (address & 0xffff);
    }

    private int word(int instruction, int word) {
        return offset(program.build().image().addressOf(instruction)) + word * 8;
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
    void anInstructionIsTwelveWords() {
        program.call("close", Syscall.CLOSE, Operand.of(7), Operand.of(-1)).ignoreFailure();
        program.call("end", Syscall.EXIT_GROUP, Operand.of(0));
        ByteBuffer image = image(Processor.X86_64);
        assertThat(image.getLong(word(0, 0))).as("operation").isEqualTo(3);
        assertThat(image.getLong(word(0, 1))).as("first argument").isEqualTo(7);
        assertThat(image.getLong(word(0, 2))).as("second argument").isEqualTo(-1);
        assertThat(image.getLong(word(0, 3))).as("third argument").isZero();
        assertThat(image.getLong(word(0, 7))).as("destination").isGreaterThan(0x410000);
        long second = program.build().image().addressOf(1);
        for (int branch = 8; branch <= 10; branch++) {
            assertThat(image.getLong(word(0, branch))).as("branch %s", branch).isEqualTo(second);
        }
        assertThat(image.getLong(word(0, 11)))
                .as("where an ignored failure is written")
                .isEqualTo(image.getLong(word(0, 7)));
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
    void whatIsWrittenLiesTogether() {
        Data written = Data.struct("{fd=3}", new byte[8]);
        Operand.Result first = program.call("open", Syscall.OPENAT, Operand.text("/"))
                .storeTo(written.address())
                .result("FD");
        program.call("use", Syscall.UMASK, first);
        program.call(
                "use",
                Syscall.CHDIR,
                Operand.text("/"),
                Data.struct("{}", new byte[8]).address());
        program.call("use", Syscall.CHDIR, written.address(), Data.words("w", 1).address());
        ProgramImage placed = program.build().image();
        ByteBuffer image = image(Processor.X86_64);
        // The first is followed by a copy of its result.
        assertThat(placed.addressOf(0)).as("writes").isLessThan(0x410000);
        assertThat(placed.addressOf(2)).as("has a result").isGreaterThan(0x410000);
        assertThat(placed.addressOf(3)).as("has none").isLessThan(0x410000);
        assertThat(image.getLong(word(3, 1))).as("text").isLessThan(0x410000);
        assertThat(image.getLong(word(3, 2))).as("structure").isLessThan(0x410000);
        assertThat(image.getLong(word(4, 1))).as("written structure").isGreaterThan(0x410000);
        assertThat(image.getLong(word(4, 2))).as("words").isGreaterThan(0x410000);
    }

    @Test
    void everyInstructionIsFoundWhereItLies() {
        program.call(
                "use",
                Syscall.UMASK,
                program.call("open", Syscall.OPENAT, Operand.text("/")).result("FD"));
        program.call("end", Syscall.EXIT_GROUP, Operand.of(0));
        ProgramImage placed = program.build().image();
        for (int i = 0; i < 3; i++) {
            assertThat(placed.instructionAt(placed.addressOf(i))).hasValue(i);
        }
        assertThat(placed.instructionAt(placed.addressOf(1) + 8)).isEmpty();
    }

    @Test
    void wordsAreAligned() {
        program.call("odd", Syscall.CHDIR, Operand.text("/"), Data.words("w", 1).address());
        assertThat(image(Processor.X86_64).getLong(word(0, 2)) % 8).isZero();
    }
}

package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class DescriptorTest {

    private final List<Descriptor> pipe = Kernel.pipe("a test");
    private final Descriptor readEnd = pipe.get(0);
    private final Descriptor writeEnd = pipe.get(1);

    @AfterEach
    void closeBoth() {
        readEnd.close();
        writeEnd.close();
    }

    @Test
    void closesItsNumber() {
        assertThat(writeEnd.path()).exists();
        writeEnd.close();
        assertThat(TransferCalls.read(readEnd, new byte[1])).as("end of file").isZero();
    }

    @Test
    void closesItsNumberOnlyOnce() {
        int number = writeEnd.number();
        writeEnd.close();
        try (Descriptor successor = Kernel.duplicate(readEnd, number)) {
            assertThat(successor.number()).as("the number is used again").isEqualTo(number);
            writeEnd.close();
            assertThat(successor.path())
                    .satisfies(path -> assertThat(Files.exists(path)).isTrue());
        }
    }

    @Test
    void hasNoNumberOnceItIsClosed() {
        writeEnd.close();
        assertThat(writeEnd.isOpen()).isFalse();
        assertThatThrownBy(writeEnd::number)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the descriptor of a test is closed");
    }

    @Test
    void staysOpenWhenItIsGivenAway() {
        int number = writeEnd.number();
        int released = writeEnd.release();
        writeEnd.close();
        assertThat(released).isEqualTo(number);
        try (Descriptor owner = Kernel.own(released, "its new owner")) {
            TransferCalls.write(owner, new byte[] {7});
        }
        byte[] buffer = new byte[2];
        assertThat(TransferCalls.read(readEnd, buffer)).isEqualTo(1);
        assertThat(buffer[0]).isEqualTo((byte) 7);
    }

    @Test
    void cannotBeGivenAwayOnceItIsClosed() {
        writeEnd.close();
        assertThatThrownBy(writeEnd::release).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hasNoNumberOnceItIsGivenAway() {
        try (Descriptor owner = Kernel.own(writeEnd.release(), "its new owner")) {
            assertThat(owner.isOpen()).isTrue();
            assertThatThrownBy(writeEnd::number).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void saysWhatItIsFor() {
        assertThat(writeEnd).hasToString("a test (" + writeEnd.number() + ")");
    }

    @SuppressWarnings("unused") // that nothing refers to it any more is the point
    private static void abandon(Descriptor descriptor) {}
}

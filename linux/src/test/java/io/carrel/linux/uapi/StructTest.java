package io.carrel.linux.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import org.junit.jupiter.api.Test;

class StructTest {

    @Test
    void writesFieldAfterFieldLittleEndian() {
        byte[] bytes = Struct.ofSize(18)
                .u16(0x0102)
                .u32(0x03040506)
                .u64(0x0708090a0b0c0d0eL)
                .bytes(new byte[] {0x0f, 0x10})
                .skip(1)
                .bytes(new byte[] {0x11})
                .toBytes();
        assertThat(bytes)
                .containsExactly(
                        0x02, 0x01, 0x06, 0x05, 0x04, 0x03, 0x0e, 0x0d, 0x0c, 0x0b, 0x0a, 0x09, 0x08, 0x07, 0x0f, 0x10,
                        0x00, 0x11);
    }

    @Test
    void takesUnsignedValues() {
        assertThat(Struct.ofSize(6).u32(0xffffffffL).u16(0xfffe).toBytes())
                .containsExactly(0xff, 0xff, 0xff, 0xff, 0xfe, 0xff);
    }

    @Test
    void isZeroWhereNothingIsWritten() {
        assertThat(Struct.ofSize(4).u16(1).toBytes()).containsExactly(1, 0, 0, 0);
    }

    @Test
    void refusesMoreThanItsSize() {
        assertThatThrownBy(() -> Struct.ofSize(7).u64(1)).isInstanceOf(BufferOverflowException.class);
    }

    @Test
    void givesACopyOfItsBytes() {
        Struct struct = Struct.ofSize(2).u16(1);
        struct.toBytes()[0] = 9;
        assertThat(struct.toBytes()).containsExactly(1, 0);
    }
}

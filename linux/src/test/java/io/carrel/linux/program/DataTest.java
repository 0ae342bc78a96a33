package io.carrel.linux.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataTest {

    @Test
    void aTextIsUtf8AndEndsWithNul() {
        assertThat(Data.text("é!").bytes()).containsExactly(0xc3, 0xa9, '!', 0);
    }

    @Test
    void aTextMustNotHoldNul() {
        assertThatThrownBy(() -> Data.text("/etc/passwd\0.txt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a NUL character cannot be passed to the kernel");
    }

    @Test
    void aVectorMustNotHoldNul() {
        assertThatThrownBy(() -> Data.vector(List.of("ls", "a\0b"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTextIsShownInQuotes() {
        assertThat(Data.text("a \"b\" \\ c\nd")).hasToString("\"a \\\"b\\\" \\\\ c\\nd\"");
    }

    @Test
    void aVectorHoldsPointersToItsTextsInOrderAndNull() {
        Data vector = Data.vector(List.of("ls", "-l"));
        assertThat(vector.size()).isEqualTo(24);
        assertThat(vector.bytes()).containsOnly(0);
        assertThat(vector.pointers()).containsOnlyKeys(0, 8);
        assertThat(vector.pointers()).extractingByKey(0).hasToString("\"ls\"");
        assertThat(vector.pointers()).extractingByKey(8).hasToString("\"-l\"");
    }

    @Test
    void anEmptyVectorIsNull() {
        Data vector = Data.vector(List.of());
        assertThat(vector.size()).isEqualTo(8);
        assertThat(vector.pointers()).isEmpty();
        assertThat(vector).hasToString("[]");
    }

    @Test
    void aVectorIsShownAsAList() {
        assertThat(Data.vector(List.of("ls", "-l"))).hasToString("[\"ls\", \"-l\"]");
    }

    @Test
    void aLongVectorIsShownByItsFirstText() {
        assertThat(Data.environment(Map.of("TOKEN", "secret"))).hasToString("/* 1 vars */");
        assertThat(Data.vector(Collections.nCopies(9, "x"))).hasToString("[\"x\", ... 8 more]");
    }

    @Test
    void aStructureKeepsItsBytesAsTheyWere() {
        byte[] content = {1, 2};
        Data struct = Data.struct("{1, 2}", content);
        content[0] = 9;
        assertThat(struct.bytes()).containsExactly(1, 2);
        assertThat(struct).hasToString("{1, 2}");
    }

    @Test
    void wordsAreZero() {
        assertThat(Data.words("pair", 2).bytes()).hasSize(16).containsOnly(0);
    }

    @Test
    void aWordIsLittleEndian() {
        assertThat(Data.word("mask", -2).bytes()).containsExactly(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    }

    @Test
    void anAddressIsShownWithItsOffset() {
        Data pair = Data.words("pair", 2);
        assertThat(pair.address()).hasToString("pair");
        assertThat(pair.at(8)).hasToString("pair+8");
    }

    @Test
    void anAddressOutsideIsRefused() {
        Data pair = Data.words("pair", 2);
        assertThatThrownBy(() -> pair.at(16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offset 16 is outside of pair");
        assertThatThrownBy(() -> pair.at(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}

package io.carrel.linux.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.NativeAccess;
import io.carrel.linux.UnsupportedFeatureException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {

    private static final String PROPERTY = "os.arch";

    private final String real = System.getProperty(PROPERTY, "");

    @AfterEach
    void restore() {
        System.setProperty(PROPERTY, real);
    }

    @ParameterizedTest
    @CsvSource({"amd64, X86_64", "x86_64, X86_64", "aarch64, AARCH64", "arm64, AARCH64"})
    void isFoundByTheNamesThatJvmsGiveIt(String name, Processor processor) {
        System.setProperty(PROPERTY, name);
        assertThat(Processor.current()).isEqualTo(processor);
    }

    @Test
    void refusesAnyOther() {
        System.setProperty(PROPERTY, "riscv64");
        assertThat(Processor.find()).isEmpty();
        assertThatThrownBy(NativeAccess::check)
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessage(
                        "This host has no native calls from Java: Carrel runs on x86-64 and aarch64, and this is riscv64.");
    }

    @Test
    void hasItsNumberFromElf() {
        assertThat(Processor.X86_64.elfMachine()).isEqualTo(62);
        assertThat(Processor.AARCH64.elfMachine()).isEqualTo(183);
    }
}

package io.carrel.linux.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConstantTest {

    private static final Constant NONE = Constant.of(0);
    private static final Constant ONE = new Constant("ONE", 1);
    private static final Constant SIX = new Constant("SIX", 6);

    @Test
    void orJoinsNamesAndBits() {
        assertThat(ONE.or(SIX)).isEqualTo(new Constant("ONE|SIX", 7));
    }

    @Test
    void orWithZeroIsTheOther() {
        assertThat(NONE.or(ONE)).isEqualTo(ONE);
        assertThat(ONE.or(NONE)).isEqualTo(ONE);
    }

    @Test
    void aPlainNumberIsItsOwnName() {
        assertThat(Constant.of(-100)).hasToString("-100");
    }
}

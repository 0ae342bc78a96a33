package io.carrel.fs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotaTest {

    @Test
    void whatIsTooMuchIsNotTaken() {
        Quota quota = new Quota(10);

        assertThat(quota.take(7)).isTrue();
        assertThat(quota.take(4)).isFalse();
        assertThat(quota.take(3)).isTrue();
        assertThat(quota.take(1)).isFalse();
        assertThat(quota.take(0)).isTrue();
        assertThat(quota.taken()).isEqualTo(10);
        assertThat(quota.left()).isZero();
    }

    @Test
    void theLargestAmountsDoNotOverflow() {
        Quota quota = new Quota(Long.MAX_VALUE);

        assertThat(quota.take(Long.MAX_VALUE)).isTrue();
        assertThat(quota.take(Long.MAX_VALUE)).isFalse();
    }
}

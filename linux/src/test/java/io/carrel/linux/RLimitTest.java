package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RLimitTest {

    /** As in include/uapi/asm-generic/resource.h, which x86-64 and aarch64 share. */
    @ParameterizedTest
    @CsvSource({
        "CPU, 0", "FSIZE, 1", "DATA, 2", "STACK, 3", "CORE, 4", "RSS, 5", "NPROC, 6", "NOFILE, 7",
        "MEMLOCK, 8", "AS, 9", "LOCKS, 10", "SIGPENDING, 11", "MSGQUEUE, 12", "NICE, 13", "RTPRIO, 14", "RTTIME, 15"
    })
    void resourcesAreInTheOrderOfTheKernelsNumbers(RLimit.Resource resource, int number) {
        assertThat(resource.ordinal()).isEqualTo(number);
        assertThat(resource.symbol()).isEqualTo("RLIMIT_" + resource);
    }

    @Test
    void oneValueServesForBothLimits() {
        assertThat(RLimit.of(RLimit.Resource.NOFILE, 16)).isEqualTo(new RLimit(RLimit.Resource.NOFILE, 16, 16));
        assertThat(RLimit.of(RLimit.Resource.CORE, RLimit.UNLIMITED).hard()).isEqualTo(RLimit.UNLIMITED);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 2", "1, -1", "-1, -1"})
    void theSoftLimitIsAtMostTheHardOne(long soft, long hard) {
        assertThat(new RLimit(RLimit.Resource.CPU, soft, hard).soft()).isEqualTo(soft);
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "-1, 1"})
    void aSoftLimitAboveTheHardOneIsRefused(long soft, long hard) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RLimit(RLimit.Resource.CPU, soft, hard))
                .withMessage("the soft limit %d is above the hard limit %d".formatted(soft, hard));
    }

    @ParameterizedTest
    @CsvSource({"-2, 1", "1, -2"})
    void aNegativeLimitIsRefused(long soft, long hard) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RLimit(RLimit.Resource.CPU, soft, hard))
                .withMessage("a limit must not be negative: %d, %d".formatted(soft, hard));
    }
}

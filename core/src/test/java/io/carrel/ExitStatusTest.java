package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.internal.run.Used;
import io.carrel.outcome.ExitStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExitStatusTest {

    static Stream<Arguments> codes() {
        return Stream.of(
                Arguments.of(new ExitStatus.Exited(0), 0),
                Arguments.of(new ExitStatus.Exited(1), 1),
                Arguments.of(new ExitStatus.Exited(255), 255),
                Arguments.of(new ExitStatus.Signaled(15), 143),
                Arguments.of(new ExitStatus.Signaled(9), 137),
                Arguments.of(new ExitStatus.TimedOut(Duration.ofSeconds(1)), 137),
                Arguments.of(new ExitStatus.CpuTimeExceeded(Duration.ofSeconds(1)), 137),
                Arguments.of(new ExitStatus.OutputLimit(10), 137));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void hasTheCodeThatAShellWouldShow(ExitStatus status, int code) {
        assertThat(status.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @MethodSource("codes")
    void onlyCodeZeroIsSuccess(ExitStatus status, int code) {
        assertThat(status.success()).isEqualTo(code == 0);
    }

    @Test
    void aResultShowsHowItEndedAndHowMuchThereIs() {
        ContainerResult result = new ContainerResult(
                new ExitStatus.Exited(3),
                new byte[] {'h', 'i', (byte) 0xff},
                new byte[0],
                Used.NOTHING,
                Optional.empty());
        assertThat(result).hasToString("Exited[code=3], 3 bytes of output, 0 of errors");
        assertThat(result.stdout()).isEqualTo("hi\ufffd");
    }

    @Test
    void aResultsBytesAreTheCallersOwn() {
        ContainerResult result = new ContainerResult(
                new ExitStatus.Exited(0), new byte[] {'a'}, new byte[] {'b'}, Used.NOTHING, Optional.empty());
        result.stdoutBytes()[0] = 'x';
        result.stderrBytes()[0] = 'x';
        assertThat(result.stdoutBytes()).containsExactly('a');
        assertThat(result.stderrBytes()).containsExactly('b');
    }
}

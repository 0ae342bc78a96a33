package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.cgroups.internal.tree.GroupName;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CpuMax;
import io.carrel.cgroups.limits.Device;
import io.carrel.cgroups.limits.IoMax;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.NumberSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    private static Limits limits(Consumer<Limits.Builder> setting) {
        Limits.Builder builder = Limits.builder();
        setting.accept(builder);
        return builder.build();
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 4096, 4k",
        "64m, 67108864, 64m",
        "64MiB, 67108864, 64m",
        "1536M, 1610612736, 1536m",
        "2g, 2147483648, 2g",
        "1t, 1099511627776, 1t",
        "0, 0, 0",
        "1, 1, 1",
        "max, 9223372036854775807, max"
    })
    void bytesAreReadWithUnitsAndShownInTheLargestThatIsExact(String text, long value, String shown) {
        assertThat(Bytes.parse(text)).isEqualTo(Bytes.of(value));
        assertThat(Bytes.of(value)).hasToString(shown);
        assertThat(Bytes.parse(shown).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "m", "64x", "1.5g", "9999999999g", "6 4m", "64mm"})
    void otherTextIsNoAmount(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.parse(text)).withMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0-2,7|0-2,7|4", "3,1,2|1-3|3", "5|5|1", "0,2,4|0,2,4|3"})
    void setsOfNumbersAreShownAsTheKernelDoes(String text, String shown, int size) {
        assertThat(NumberSet.parse(text)).hasToString(shown);
        assertThat(NumberSet.parse(text).size()).isEqualTo(size);
        assertThat(NumberSet.parse(shown)).isEqualTo(NumberSet.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "2-1", "1--2", "-1", "1-2-3", "999999"})
    void otherTextIsNoSetOfNumbers(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> NumberSet.parse(text));
    }

    @Test
    void whatIsTooLargeIsCalledSo() {
        for (LongFunction<Bytes> unit :
                List.<LongFunction<Bytes>>of(Bytes::kibibytes, Bytes::mebibytes, Bytes::gibibytes)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> unit.apply(Long.MAX_VALUE))
                    .withMessageStartingWith("more bytes than there can be");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bytes.parse("99999999999999999999m"))
                .withMessage("more bytes than there can be: \"99999999999999999999m\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumberSet.parse("0-99999999"))
                .withMessage("a number is at most 65535, was 0-99999999 in \"0-99999999\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CpuMax.cpus(1e308))
                .withMessage("a number of CPUs is more than 0, up to 1048576, was 1.0E308");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder().pids(99_999_999_999L))
                .withMessage("a limit of pids is 4194304, as many as there can be, or less, was 99999999999");
    }

    @Test
    void wrongValuesAreRefusedWhereTheyAreGiven() {
        for (Consumer<Limits.Builder> wrong : List.<Consumer<Limits.Builder>>of(
                b -> b.memory(Bytes.of(-1)),
                b -> b.memory(Bytes.of(0)),
                b -> b.cpus(0),
                b -> b.cpus(-1),
                b -> b.cpus(Double.NaN),
                b -> b.cpuMax(Duration.ofMillis(1), Duration.ofNanos(999_000)),
                b -> b.cpuMax(Duration.ofMillis(1), Duration.ofMillis(1001)),
                b -> b.cpuMax(Duration.ofNanos(500_000), Duration.ofMillis(100)),
                b -> b.cpuWeight(0),
                b -> b.cpuWeight(10_001),
                b -> b.cpuShares(1),
                b -> b.cpuBurst(Duration.ofMillis(-1)),
                b -> b.cpusetCpus(""),
                b -> b.pids(0),
                b -> b.pids(-1),
                b -> b.ioWeight(0),
                b -> b.io(IoMax.of(new Device(8, 0)).withRead(Bytes.of(0))),
                b -> b.hugetlb("2", Bytes.of(1)),
                b -> b.netClass(-1),
                b -> b.netPriority("", 1),
                b -> b.raw("../memory.max", "1"),
                b -> b.raw("cgroup.procs", "1"),
                b -> b.raw("release_agent", "x"),
                b -> b.raw("memory.max", "1\n2"),
                b -> b.pids(1).pids(2),
                b -> b.cpuWeight(1).cpuShares(2),
                b -> b.memory(Bytes.of(10)).memoryMin(Bytes.of(11)),
                b -> b.cpus(0.5).cpuBurst(Duration.ofMillis(51)))) {
            assertThatIllegalArgumentException().isThrownBy(() -> limits(wrong));
        }
    }

    @Test
    void limitsAreShownByTheKernelsNames() {
        assertThat(limits(b -> b.memory(Bytes.mebibytes(512)).cpus(1.5).pids(64)))
                .hasToString("memory.max=512m, cpu.max=150000 100000, pids.max=64")
                .isEqualTo(limits(b -> b.memory(Bytes.mebibytes(512)).cpus(1.5).pids(64)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..", ".x", "memory.max", "cgroup.x", "tasks", "a b", "pids.x"})
    void namesThatCouldBeFilesAreRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> GroupName.check(name));
    }

    @Test
    void aFileInMemoryLiesOnNoDevice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.of(Path.of("/proc/self/status")))
                .withMessage("/proc/self/status lies on no block device");
    }
}

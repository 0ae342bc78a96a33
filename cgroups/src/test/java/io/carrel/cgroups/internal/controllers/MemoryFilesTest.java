package io.carrel.cgroups.internal.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.MemoryUsage;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.UnsupportedFeatureException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryFilesTest extends SampleFiles {

    private final MemoryFiles files = new MemoryFiles();

    @Test
    void limitsAreWrittenForBothVersions() {
        assertThat(v2(b -> b.memory(Bytes.mebibytes(1)).memoryLow(Bytes.kibibytes(4))))
                .containsExactly("memory.max = 1048576", "memory.low = 4096");
        assertThat(v1(b -> b.memory(Bytes.mebibytes(1)).memoryLow(Bytes.kibibytes(4))))
                .containsExactly("memory.limit_in_bytes = 1048576", "memory.soft_limit_in_bytes = 4096");
        assertThat(v2(b -> b.memory(Bytes.MAX))).containsExactly("memory.max = max");
        assertThat(v1(b -> b.memory(Bytes.MAX))).containsExactly("memory.limit_in_bytes = -1");
        assertThat(v2(b -> b.swap(Bytes.of(0)).oomGroup(false)))
                .containsExactly("memory.swap.max = 0", "memory.oom.group = 0");
    }

    @Test
    void swapIsApartFromMemoryOnV2AndTheSumOnV1() {
        Consumer<Limits.Builder> both = b -> b.memory(Bytes.mebibytes(2)).swap(Bytes.mebibytes(1));
        assertThat(v2(both)).containsExactly("memory.max = 2097152", "memory.swap.max = 1048576");
        assertThat(v1(both))
                .containsExactly("memory.limit_in_bytes = 2097152", "memory.memsw.limit_in_bytes = 3145728");
        assertThat(v1(b -> b.swap(Bytes.MAX))).containsExactly("memory.memsw.limit_in_bytes = -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> v1(b -> b.swap(Bytes.mebibytes(1))))
                .withMessageContaining("give a limit of memory together with swap 1m");
    }

    @Test
    void whatV1DoesNotHaveIsRefused() {
        for (Consumer<Limits.Builder> onlyV2 : List.<Consumer<Limits.Builder>>of(
                b -> b.memoryHigh(Bytes.mebibytes(1)), b -> b.memoryMin(Bytes.mebibytes(1)), b -> b.oomGroup(true))) {
            assertThat(v2(onlyV2)).hasSize(1);
            assertThatThrownBy(() -> v1(onlyV2))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("mounted as cgroup v1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "V2, memory.swap.max, 0, memory.swap.max=0",
        "V2, memory.max, 0, memory.max=0",
        "V2, memory.high, 0, memory.high=0",
        "V2, memory.min, 4096, memory.min=4k",
        "V2, memory.low, max, memory.low=max",
        "V2, memory.oom.group, 1, memory.oom.group=1",
        "V1, memory.limit_in_bytes, 0, memory.max=0",
        "V1, memory.soft_limit_in_bytes, 0, memory.low=0",
    })
    void zeroIsALimitUnlessANewGroupHasIt(CgroupVersion version, String file, String content, String shown) {
        file(file, content);
        assertThat(read(version)).hasToString(shown);
    }

    @Test
    void noSwapAtAllIsReadOnV1Too() {
        file("memory.limit_in_bytes", "67108864");
        file("memory.memsw.limit_in_bytes", "67108864");
        assertThat(read(CgroupVersion.V1)).hasToString("memory.max=64m, memory.swap.max=0");
    }

    @Test
    void aNewGroupHasNoLimits() {
        List.of("memory.max", "memory.high", "memory.swap.max").forEach(name -> file(name, "max"));
        List.of("memory.low", "memory.min", "memory.oom.group").forEach(name -> file(name, "0"));
        assertThat(read(CgroupVersion.V2).isEmpty()).isTrue();
        List.of("memory.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.memsw.limit_in_bytes")
                .forEach(name -> file(name, "9223372036854771712"));
        assertThat(read(CgroupVersion.V1).isEmpty()).isTrue();
    }

    /** It can be written so, though to ask for it would be a mistake. */
    @Test
    void readsWhatContradictsItself() {
        file("memory.max", "4096");
        file("memory.high", "8192");
        assertThat(read(CgroupVersion.V2)).hasToString("memory.max=4k, memory.high=8k");
    }

    @ParameterizedTest
    @CsvSource({
        "V2, memory.max, banana",
        "V2, memory.swap.max, ''",
        "V2, memory.high, 1 2",
        "V1, memory.limit_in_bytes, -2",
        "V1, memory.limit_in_bytes, max 5"
    })
    void refusesWhatIsNoLimit(CgroupVersion version, String name, String content) {
        isRefused(version, name, content);
    }

    @ParameterizedTest
    @CsvSource({"V2, memory.max", "V1, memory.limit_in_bytes"})
    void aLimitAboveThatOfAGroupAboveIsRefused(CgroupVersion version, String name) {
        file(name, "4096");
        files.checkAbove(group(version), limit(b -> b.memory(Bytes.of(4096))));
        files.checkAbove(group(version), limit(b -> b.memory(Bytes.MAX)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> files.checkAbove(group(version), limit(b -> b.memory(Bytes.of(4097)))))
                .withMessageMatching("memory.max=4097 is above what the group .* has: 4096");
        file(name, "plenty");
        assertThatThrownBy(() -> files.checkAbove(group(version), limit(b -> b.memory(Bytes.of(1)))))
                .isInstanceOf(KernelFileException.class);
    }

    /** 1000 bytes are in use, 600 of them no file's. */
    @ParameterizedTest
    @CsvSource({"V2, memory.current, ''", "V1, memory.usage_in_bytes, total_"})
    void aLimitBelowWhatCannotBeGivenBackIsRefused(CgroupVersion version, String current, String prefix) {
        file(current, "1000");
        file("memory.stat", "%1$sinactive_anon 100\n%1$sactive_anon 200\n%1$sunevictable 300\n".formatted(prefix));
        assertThatCode(() -> files.checkUse(group(version), limit(b -> b.memory(Bytes.of(600)))))
                .doesNotThrowAnyException();
        Limit less = limit(b -> b.memory(Bytes.of(599)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> files.checkUse(group(version), less))
                .withMessageContaining("cannot give back: 600 bytes of 1000 in use");
        file("memory.stat", prefix + "inactive_anon 100\n");
        assertThatThrownBy(() -> files.checkUse(group(version), less)).isInstanceOf(KernelFileException.class);
    }

    @Test
    void theLeastLimitOfThoseAboveCounts() {
        file("memory.max", "8192");
        fileBelow("memory.max", "max");
        assertThat(MemoryFiles.effective(group(CgroupVersion.V2).child("below")))
                .isEqualTo(Bytes.of(8192));
        fileBelow("memory.max", "0");
        assertThat(MemoryFiles.effective(group(CgroupVersion.V2).child("below")))
                .isEqualTo(Bytes.of(0));
        file("memory.max", "max");
        assertThat(MemoryFiles.effective(group(CgroupVersion.V2))).isEqualTo(Bytes.MAX);
    }

    @Test
    void readsWhatIsUsedOnV2() {
        file("memory.current", "12288");
        file("memory.peak", "20480");
        file("memory.swap.current", "0");
        file("memory.stat", "anon 4096\nfile 8192\nkernel 100\nkernel_stack 16\nfile_mapped 5\n");
        file("memory.events", "low 0\nhigh 1\nmax 22\noom 3\noom_kill 2\noom_group_kill 0\n");
        MemoryUsage memory = usage(CgroupVersion.V2).memory();
        assertThat(memory.current()).hasValue(12288);
        assertThat(memory.peak()).hasValue(20480);
        assertThat(memory.swap()).hasValue(0);
        assertThat(memory.anon()).hasValue(4096);
        assertThat(memory.file()).hasValue(8192);
        assertThat(memory.kernel()).hasValue(100);
        assertThat(memory.events().max()).hasValue(22);
        assertThat(memory.events().oomKill()).hasValue(2);
        assertThat(MemoryFiles.oomKills(group(CgroupVersion.V2))).hasValue(2);
    }

    @Test
    void readsWhatIsUsedOnV1() {
        file("memory.usage_in_bytes", "12288");
        file("memory.max_usage_in_bytes", "20480");
        file("memory.kmem.usage_in_bytes", "100");
        file("memory.failcnt", "4");
        file("memory.stat", "cache 1\nrss 2\nswap 3\ntotal_cache 10\ntotal_rss 20\ntotal_swap 30\n");
        file("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n");
        MemoryUsage memory = usage(CgroupVersion.V1).memory();
        assertThat(memory.current()).hasValue(12288);
        assertThat(memory.peak()).hasValue(20480);
        assertThat(memory.kernel()).hasValue(100);
        assertThat(memory.anon()).hasValue(20);
        assertThat(memory.file()).hasValue(10);
        assertThat(memory.swap()).hasValue(30);
        assertThat(memory.events().max()).hasValue(4);
        assertThat(memory.events().oomKill()).hasValue(7);
        assertThat(memory.events().high()).isEmpty();
        assertThat(MemoryFiles.oomKills(group(CgroupVersion.V1))).hasValue(7);
    }

    @Test
    void whatIsNotCountedIsUnknownAndNotZero() {
        file("memory.current", "banana");
        file("memory.events", "oom_kill many");
        MemoryUsage memory = usage(CgroupVersion.V2).memory();
        assertThat(memory.current()).isEmpty();
        assertThat(memory.peak()).isEmpty();
        assertThat(memory.events().oomKill()).isEmpty();
        assertThatThrownBy(() -> MemoryFiles.oomKills(group(CgroupVersion.V2))).isInstanceOf(KernelFileException.class);
        file("memory.events", "low 0");
        assertThat(MemoryFiles.oomKills(group(CgroupVersion.V2))).isEmpty();
    }
}

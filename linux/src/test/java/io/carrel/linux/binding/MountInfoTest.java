package io.carrel.linux.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountInfoTest {

    /** Captured from Linux 6.18. */
    @Test
    void readsTheMountPointAndTheMountsOwnOptions() {
        assertThat(parse("26 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard,resv_strict,resuid=65534"))
                .isEqualTo(new MountInfo(
                        "/",
                        Path.of("/"),
                        Set.of("rw", "relatime"),
                        "ext4",
                        Set.of("rw", "discard", "resv_strict", "resuid=65534")));
        assertThat(parse("40 26 0:35 / /mnt/model ro,nosuid,nodev,relatime - tmpfs none rw,size=4k,mode=755"))
                .isEqualTo(new MountInfo(
                        "/",
                        Path.of("/mnt/model"),
                        Set.of("ro", "nosuid", "nodev", "relatime"),
                        "tmpfs",
                        Set.of("rw", "size=4k", "mode=755")));
        assertThat(parse("98 88 0:42 / /dev/pts rw,noexec shared:2 master:3 propagate_from:4 - devpts d rw"))
                .isEqualTo(new MountInfo("/", Path.of("/dev/pts"), Set.of("rw", "noexec"), "devpts", Set.of("rw")));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "/a\\040b,             \"/a b\"",
                "/tab\\011x,           \"/tab\tx\"",
                "/line\\012x,          \"/line\nx\"",
                "/back\\134slash,      \"/back\\slash\"",
                "/back\\134040x,       \"/back\\040x\"",
                "/hash#,               /hash#"
            })
    void readsWhatTheKernelEscapes(String escaped, String expected) {
        MountInfo parsed = parse("1 2 0:3 / " + escaped + " rw - tmpfs none rw");
        assertThat(parsed.mountPoint()).isEqualTo(Path.of(expected));
    }

    @Test
    @Tag("kernel")
    void findsTheMountsOfThisProcess() {
        assertThat(MountInfo.current()).extracting(MountInfo::mountPoint).contains(Path.of("/"), Path.of("/proc"));
    }

    @Test
    void readsWhichNamespacesAreMounted() {
        assertThat(parse("41 40 0:4 net:[4026532300] /run/netns/lab rw shared:30 - nsfs nsfs rw"))
                .isEqualTo(new MountInfo(
                        "net:[4026532300]", Path.of("/run/netns/lab"), Set.of("rw"), "nsfs", Set.of("rw")));
    }

    private static MountInfo parse(String line) {
        return MountInfo.parse(line).get(0);
    }
}

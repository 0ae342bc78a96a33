package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountOptionTest {

    private static final ContainerPath IN = ContainerPath.of("/in");

    @Test
    void readsEachType() {
        assertThat(MountOption.parse("type=bind,source=/src,target=/in,readonly,bind-propagation=rslave"))
                .isEqualTo(new Mount.Bind(HostPath.of("/src"), IN, Access.READ_ONLY, true, Propagation.SLAVE, true));
        assertThat(MountOption.parse("type=bind,src=/src,dst=/in"))
                .isEqualTo(new Mount.Bind(HostPath.of("/src"), IN, Access.READ_WRITE));
        assertThat(MountOption.parse("type=tmpfs,destination=/in,tmpfs-size=64m,tmpfs-mode=0700"))
                .isEqualTo(new Mount.Tmpfs(IN, 64 << 20, 0700));
        assertThat(MountOption.parse("type=sysfs,target=/in")).isEqualTo(new Mount.Sysfs(IN));
        assertThat(MountOption.tmpfs("/in:size=1k")).isEqualTo(new Mount.Tmpfs(IN, 1024));
        assertThat(MountOption.tmpfs("/in")).isEqualTo(new Mount.Tmpfs(IN, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type=bind,target=/in",
                "type=bind,source=/s",
                "type=nfs,target=/in",
                "target=/in",
                "type=tmpfs,target=/in,readonly",
                "type=tmpfs,target=/in,target=/out",
                "type=tmpfs,target=/in,tmpfs-mode=9",
                "type=tmpfs,target=/in,tmpfs-size=1t",
                "type=bind,source=/s,target=/in,bind-propagation=some"
            })
    void refusesWhatItDoesNotUnderstand(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MountOption.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "7,7", "1k,1024", "2M,2097152", "1g,1073741824", "123456789012,123456789012"})
    void readsSizes(String text, long bytes) {
        assertThat(MountOption.bytes(text)).isEqualTo(bytes);
    }
}

package io.carrel.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTest {

    @Test
    void nothingIsMountedOnTheRootItself() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Mount.Bind(HostPath.of("/srv"), ContainerPath.ROOT, Access.READ_ONLY))
                .withMessage("the root is set by root(...), not by a mount on /");
        assertThatIllegalArgumentException().isThrownBy(() -> new Mount.Tmpfs(ContainerPath.of("//"), 0));
    }

    @Test
    void aTmpfsHasNoNegativeSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Mount.Tmpfs(ContainerPath.of("/t"), -1))
                .withMessage("the size of a tmpfs must not be negative, was -1");
    }

    @Test
    void aDirectoryAsRootIsReadOnlyUnlessAskedFor() {
        assertThat(RootFs.directory(Path.of("/srv/root")))
                .isEqualTo(new RootFs.Directory(HostPath.of("/srv/root"), Access.READ_ONLY));
        assertThat(RootFs.directory(Path.of("/srv/root"), Access.READ_WRITE))
                .isEqualTo(new RootFs.Directory(HostPath.of("/srv/root"), Access.READ_WRITE));
    }
}

package io.carrel.netns.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.HostFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

    @TempDir
    private Path directory;

    @Test
    void readsWhatItHasWritten() {
        StateFile written = new StateFile(directory.resolve("network"), Map.of("link", "cr-lab", "mtu", "0"));
        written.write();

        assertThat(StateFile.read(written.path())).contains(written);
    }

    @Test
    void whatCannotBeReadOrWrittenIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Path below = file.resolve("network");

        assertThatThrownBy(() -> StateFile.read(directory))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining("Cannot read the state of a network: file " + directory);
        assertThatThrownBy(() -> new StateFile(below, Map.of()).write())
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining("Cannot write the state of a network: file " + below);
        assertThatThrownBy(() -> Directories.make(below)).isInstanceOf(HostFileException.class);
        assertThatThrownBy(() -> Directories.list(file)).isInstanceOf(HostFileException.class);
    }
}

package io.carrel.linux.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.KernelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class KernelFileTest {

    /** Their size is 0, and what is not read at once is lost. */
    @Test
    void readsSysctlFilesAsAWhole() throws Exception {
        String release = KernelFile.read(Path.of("/proc/sys/kernel/osrelease"));
        assertThat(release.strip()).isEqualTo(System.getProperty("os.version"));
    }

    @Test
    void readsFilesThatAreLongerThanOneRead(@TempDir Path directory) throws Exception {
        String text = "x".repeat(200_000) + "é";
        Path file = Files.writeString(directory.resolve("long"), text);
        assertThat(KernelFile.read(file)).isEqualTo(text);
    }

    @Test
    void failsForAFileThatIsNotThere() {
        assertThatThrownBy(() -> KernelFile.read(Path.of("/proc/no/such/file"))).isInstanceOf(IOException.class);
    }
}

package io.carrel.internal.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecUserFilesTest {

    @Test
    void aProcessThatCouldBeTracedIsNotMade(@TempDir Path directory) throws Exception {
        Path setting = directory.resolve("suid_dumpable");
        for (String harmless : new String[] {"0\n", "2\n"}) {
            Files.writeString(setting, harmless);
            assertThatCode(() -> ExecUser.refuseIfTraceable(setting)).doesNotThrowAnyException();
        }
        Files.writeString(setting, "1\n");
        assertThatThrownBy(() -> ExecUser.refuseIfTraceable(setting))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("fs.suid_dumpable is 1");
    }
}

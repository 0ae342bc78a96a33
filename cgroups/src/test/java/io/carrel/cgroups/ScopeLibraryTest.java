package io.carrel.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever asks for a scope without the optional libraries is told which artifact is missing. */
@Tag("kernel")
@Tag("long") // it starts JVMs and says nothing about kernels
class ScopeLibraryTest {

    @ParameterizedTest
    @CsvSource({
        "dbus-java-, com.github.hypfvieh:dbus-java-core",
        "dbus-java-transport, com.github.hypfvieh:dbus-java-transport-native-unixsocket"
    })
    void aMissingLibraryIsNamed(String missing, String artifact, @TempDir Path directory)
            throws IOException, InterruptedException {
        String bus = "unix:path=" + Files.createFile(directory.resolve("bus"));
        ProcessBuilder builder = new ProcessBuilder(
                        ChildJvm.by().classPath(without(missing)).command(ScopeMain.class))
                .redirectErrorStream(true);
        builder.environment().put("DBUS_SYSTEM_BUS_ADDRESS", bus);
        builder.environment().put("DBUS_SESSION_BUS_ADDRESS", bus);
        Process process = builder.start();
        try (var reader = process.inputReader()) {
            assertThat(reader.lines())
                    .singleElement()
                    .asString()
                    .contains(artifact, "Controllers missing", "systemd-run --user --scope -p Delegate=yes");
        }
        assertThat(process.waitFor()).isZero();
    }

    private static String without(String jar) {
        return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath())
                .filter(path -> !String.valueOf(path.getFileName()).startsWith(jar))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }
}

package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts the JVM. */
class LauncherScriptTest {

    @TempDir
    private Path directory;

    /**
     * A wrapper around java that runs tests in containers, as Surefire takes it, also sets JAVA_HOME to where it lies.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "exec "})
    void doesNotRunItselfForEver(String how) throws IOException, InterruptedException {
        Path script = Path.of("carrel").toAbsolutePath();
        Path java = Files.createDirectory(directory.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + how + script + " run -- java \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder = new ProcessBuilder(script.toString(), "ps");
        builder.environment().put("JAVA_HOME", directory.toString());
        builder.environment().put("XDG_CACHE_HOME", directory.toString());

        Cli result = Cli.end(builder.start());

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).contains("runs carrel itself; unset JAVA_HOME there");
    }
}

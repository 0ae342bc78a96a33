package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.ProjectFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the README compiles, and does what the README says. */
@Tag("kernel")
@Tag("long") // it compiles, and says nothing about kernels
class ReadmeTest {

    private static final Pattern PROGRAM = Pattern.compile("```java\n(import .*?)```", Pattern.DOTALL);

    @Test
    void theFirstProgramRuns(@TempDir Path directory) throws Exception {
        Matcher program =
                PROGRAM.matcher(Files.readString(ProjectFiles.directory().resolve("README.md")));
        assertThat(program.find()).isTrue();
        Path source = Files.writeString(directory.resolve("Hello.java"), program.group(1));
        String classPath = System.getProperty("java.class.path");
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-cp", classPath, "-d", directory.toString(), source.toString()))
                .isZero();

        Process java = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        directory + ":" + classPath,
                        "Hello"))
                .redirectErrorStream(true)
                .start();

        assertThat(new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("uid=", "tmp\n", "usr\n", "lo ", "Exited[code=0]");
        assertThat(java.waitFor()).isZero();
    }
}

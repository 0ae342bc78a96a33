package io.carrel.images.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.images.compression.Compression;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images can be read where nothing of Linux can be called. */
class PortabilityTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void needsNoJnaAndLoadsNothingOfTheBinding(Compression compression) throws Exception {
        Path archive = directory.resolve("layer");
        new Archive().file("etc/hostname", "carrel").write(archive, compression);
        String output = run(List.of("-verbose:class"), archive);
        assertThat(output)
                .contains("\n/etc/hostname\n", "\ncarrel\n", "io.carrel.images.view.ImageTree")
                .doesNotContain("com.sun.jna", "io.carrel.linux.binding", "io.carrel.images.layers");
    }

    @Test
    void refusalsNeedNoJnaEither() throws Exception {
        Path archive = directory.resolve("layer");
        new Archive().file("../x", "").write(archive);
        assertThat(run(List.of(), archive)).contains("RefusedContentException", "leads upwards");
    }

    private static String run(List<String> options, Path archive) throws Exception {
        String classPath = String.join(
                File.pathSeparator,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(entry ->
                                !Path.of(entry).getFileName().toString().startsWith("jna"))
                        .toList());
        assertThat(classPath).isNotEqualTo(System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, ListImage.class.getName(), archive.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return "\n" + output;
    }
}

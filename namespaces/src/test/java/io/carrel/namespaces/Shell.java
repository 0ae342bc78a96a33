package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.CharStreams;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The host's own tools, which check what Carrel did. */
final class Shell {

    private Shell() {}

    /** What the command prints, without the last line's end. */
    static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = output(process);
        assertThat(process.waitFor())
                .as("%s: %s", Arrays.toString(command), output)
                .isZero();
        return output;
    }

    static String output(Process process) throws IOException {
        return CharStreams.toString(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                .strip();
    }

    static boolean isRoot() {
        return ProcessStatus.current().effectiveUid() == 0;
    }
}

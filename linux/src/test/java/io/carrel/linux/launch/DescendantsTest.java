package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Eventually;
import java.io.BufferedReader;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class DescendantsTest {

    private static final String BUSY = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";

    /** What a container's first process does to set it up is not its command's. */
    @Test
    void theTimeOfThoseBelowIsWithoutTheFirstOnesOwn() throws Exception {
        String script = BUSY + "; echo own; read go; (" + BUSY + "); echo waited for; read go; (" + BUSY
                + "; echo below; read end)";
        Process first = new ProcessBuilder("sh", "-c", script)
                .redirectError(Redirect.INHERIT)
                .start();
        try (BufferedReader said = first.inputReader()) {
            int pid = Math.toIntExact(first.pid());
            assertThat(said.readLine()).isEqualTo("own");
            assertThat(first.info().totalCpuDuration())
                    .hasValueSatisfying(own -> assertThat(own).isPositive());
            assertThat(Descendants.cpuTime(pid)).isZero();
            go(first);
            assertThat(said.readLine()).isEqualTo("waited for");
            Duration ended = Descendants.cpuTime(pid);
            assertThat(ended).isPositive();
            go(first);
            assertThat(said.readLine()).isEqualTo("below");
            Eventually.holds(
                    "what runs below counts, too",
                    Duration.ofSeconds(10),
                    () -> Descendants.cpuTime(pid).compareTo(ended) > 0);
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    private static void go(Process process) throws Exception {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }
}

package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.testing.Proc;
import io.carrel.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A JVM that is killed cannot clean up; what it had started ends all the same. */
@Tag("kernel")
@Tag("long") // it starts JVMs
class JvmDeathTest {

    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    @ParameterizedTest
    @EnumSource
    void endsWhatTheJvmHadStarted(Shape shape, @TempDir Path directory) throws Exception {
        try (SleeperJvm jvm = SleeperJvm.start(shape, directory)) {
            assertThat(Proc.isRunning(jvm.supervisor())).isTrue();
            assertThat(Proc.isRunning(jvm.command())).isTrue();

            jvm.process().destroyForcibly().onExit().join();
            Eventually.holds("the command has ended", AT_ONCE, () -> !Proc.isRunning(jvm.command()));
            Eventually.holds("its supervisor has ended", AT_ONCE, () -> !Proc.isRunning(jvm.supervisor()));
        }
    }
}

package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.outcome.ExitStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {

    @Test
    void isTheCommandsOwn() {
        assertThat(ExitCode.of(new ExitStatus.Exited(0))).isZero();
        assertThat(ExitCode.of(new ExitStatus.Exited(125))).isEqualTo(125);
    }

    @Test
    void is128AndTheSignalThatKilled() {
        assertThat(ExitCode.of(new ExitStatus.Signaled(15))).isEqualTo(143);
    }

    @Test
    void is124WhenTheTimeIsUp() {
        assertThat(ExitCode.of(new ExitStatus.TimedOut(Duration.ofSeconds(1)))).isEqualTo(124);
    }

    @ParameterizedTest
    @CsvSource({"ENOENT, 127", "EACCES, 126", "ENOEXEC, 126", "ENOTDIR, 126", "E2BIG, 126"})
    void saysWhetherTheCommandWasThere(String errno, int code) {
        assertThat(ExitCode.of(
                        new SetupException("execute \"x\"", "execve", "", Errno.named(errno), LinuxSubject.COMMAND)))
                .isEqualTo(code);
    }

    @Test
    void is125WhenAnotherStepFailed() {
        assertThat(ExitCode.of(new SetupException("enter the working directory", "chdir", "\"/x\"", Errno.ENOENT)))
                .isEqualTo(125);
        assertThat(ExitCode.of(new SetupException("start fuse-overlayfs", "execve", "", Errno.ENOENT)))
                .isEqualTo(125);
        assertThat(ExitCode.of(new SyscallException("Cannot start", "execve", "", Errno.ENOENT)))
                .isEqualTo(125);
        assertThat(ExitCode.of(new UnsupportedFeatureException("moon", "It is day.")))
                .isEqualTo(125);
    }
}

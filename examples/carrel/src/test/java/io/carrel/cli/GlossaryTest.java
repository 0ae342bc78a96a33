package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.internal.hierarchy.CgroupSubject;
import io.carrel.fs.FileSystemSubject;
import io.carrel.internal.definition.ContainerSubject;
import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SetupException;
import io.carrel.linux.Subject;
import io.carrel.linux.SyscallException;
import io.carrel.netns.netlink.NetworkSubject;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlossaryTest {

    @Test
    void adviceSpeaksOfOptions() {
        assertThat(Reason.of(new IllegalStateException("the root needs orElse(OverlayFallback.copy())")))
                .isEqualTo("the root needs --or-copy");
        assertThat(Reason.of(new SetupException(
                        "become user 5", "setresuid", "5, 5, 5", Errno.EINVAL, ContainerSubject.USER)))
                .endsWith("not mapped in the container; --subordinate-ids may give it more.");
    }

    private static Stream<Subject> subjects() {
        return Stream.<Subject[]>of(
                        LinuxSubject.values(),
                        FileSystemSubject.values(),
                        CgroupSubject.values(),
                        NetworkSubject.values(),
                        ContainerSubject.values())
                .flatMap(Stream::of);
    }

    /** Whatever the kernel refuses, nobody who types commands is told to call a method. */
    @ParameterizedTest
    @MethodSource("subjects")
    void noAdviceSpeaksJava(Subject subject) {
        for (int number = 1; number < 134; number++) {
            assertIsPlain(new SyscallException("Cannot", "call", "", new Errno(number), subject));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"execve", "chdir", "capset", "bpf", "setns", "keyctl"})
    void noAdviceForACallSpeaksJava(String call) {
        for (int number = 1; number < 134; number++) {
            assertIsPlain(new SyscallException("Cannot", call, "", new Errno(number)));
        }
    }

    private static void assertIsPlain(SyscallException failure) {
        String advice = Reason.of(failure).substring(Reason.of(failure).indexOf('\n') + 1);
        assertThat(advice)
                .doesNotContainPattern(
                        "[A-Z]\\w+\\.[a-z]\\w+|[a-z]\\w+\\((\\.\\.\\.|[A-Z]\\w*\\.[A-Z]+)?\\)(?! failed)");
    }
}

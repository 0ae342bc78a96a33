package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ReasonTest {

    @Test
    void namesAFileOnceAndSaysWhatIsWrongWithIt() {
        assertThat(Reason.of(new UncheckedIOException("cannot load a.tar: a.tar", new NoSuchFileException("a.tar"))))
                .isEqualTo("cannot load a.tar: no such file or directory");
        assertThat(Reason.of(new UncheckedIOException("cannot load a.tar: /b", new AccessDeniedException("/b"))))
                .isEqualTo("cannot load a.tar: /b: permission denied");
        assertThat(Reason.of(new AccessDeniedException("/b"))).isEqualTo("/b: permission denied");
    }

    @Test
    void leavesAloneWhatSaysItAll() {
        assertThat(Reason.of(new FileSystemException("/b", null, "Read-only file system")))
                .isEqualTo("/b: Read-only file system");
        assertThat(Reason.of(new IOException("No space left on device"))).isEqualTo("No space left on device");
        assertThat(Reason.of(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }
}

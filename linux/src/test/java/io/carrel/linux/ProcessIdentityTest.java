package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdentityTest {

    private final ProcessIdentity own = ProcessIdentity.current();

    @Test
    void isKnownAgainByItsText() {
        assertThat(ProcessIdentity.parse(own.format())).contains(own);
        assertThat(ProcessIdentity.of(own.pid())).contains(own);
        assertThat(ProcessIdentity.parse("1-2")).isEmpty();
        assertThat(ProcessIdentity.parse("1-2-x")).isEmpty();
    }

    @Test
    void isGoneWhenAnotherHasItsPid() {
        assertThat(own.isGone()).isFalse();
        assertThat(new ProcessIdentity(own.pid(), own.startTime() + 1, own.pidNamespace()).isGone())
                .isTrue();
    }

    @Test
    void nothingIsKnownOfAnotherPidNamespace() {
        assertThat(new ProcessIdentity(own.pid(), own.startTime() + 1, own.pidNamespace() + 1).isGone())
                .isFalse();
    }

    @Test
    void aProcessThatHasEndedIsGone() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
        process.getOutputStream().close();
        process.waitFor();

        assertThat(identity.isGone()).isTrue();
        assertThat(ProcessIdentity.of(process.pid())).isEmpty();
    }
}

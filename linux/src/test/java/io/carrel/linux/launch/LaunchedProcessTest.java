package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** It is a {@link Process}, as code that knows nothing of Carrel uses it. */
@Tag("kernel")
class LaunchedProcessTest {

    @Test
    void isAliveUntilItEnds() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            assertThat(cat.process().isAlive()).isTrue();
            cat.process().getOutputStream().close();
            assertThat(cat.process().waitFor()).isZero();
            assertThat(cat.process().isAlive()).isFalse();
        }
    }

    @Test
    void hasNoExitValueBeforeItsEnd() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            assertThatThrownBy(() -> cat.process().exitValue()).isInstanceOf(IllegalThreadStateException.class);
            cat.process().getOutputStream().close();
            cat.process().waitFor();
            assertThat(cat.process().exitValue()).isZero();
        }
    }

    @Test
    void waitsOnlyAsLongAsAsked() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            assertThat(cat.process().waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
            cat.process().getOutputStream().close();
            assertThat(cat.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void completesOnExitAwayFromTheEventLoop() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            var thread = cat.process()
                    .onExit()
                    .thenApply(ended -> Thread.currentThread().getName());
            cat.process().getOutputStream().close();
            assertThat(thread.get(60, TimeUnit.SECONDS)).isNotEqualTo("carrel-events");
        }
    }

    @Test
    void hasThePidOfItsHandle() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            assertThat(cat.process().toHandle().pid()).isEqualTo(cat.process().pid());
            assertThat(cat.process().toHandle().parent()).contains(ProcessHandle.current());
        }
    }

    @Test
    void canEndNormally() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            assertThat(cat.process().supportsNormalTermination()).isTrue();
        }
    }

    @Test
    void mayBeDestroyedTwice() throws Exception {
        try (Started cat = Started.cat(Shape.INIT)) {
            assertThat(cat.process().destroyForcibly()).isSameAs(cat.process());
            cat.process().waitFor();
            cat.process().destroyForcibly();
            cat.process().destroy();
            assertThat(cat.process().exitValue()).isEqualTo(137);
        }
    }
}

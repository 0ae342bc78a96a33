package io.carrel.linux.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupTest {

    private final List<String> done = new ArrayList<>();
    private final Cleanup cleanup = new Cleanup();

    @Test
    void doesTheLastFirstAndNothingTwice() {
        cleanup.add(() -> done.add("first"));
        cleanup.add(() -> done.add("last"));

        cleanup.close();
        cleanup.close();

        assertThat(done).containsExactly("last", "first");
    }

    @Test
    void goesOnAfterAFailureAndThrowsTheFirstWithTheOthers() {
        IllegalStateException last = new IllegalStateException("last");
        AssertionError first = new AssertionError("first");
        cleanup.add(() -> {
            throw first;
        });
        cleanup.add(() -> done.add("between"));
        cleanup.add(() -> {
            throw last;
        });

        assertThatThrownBy(cleanup::close).isSameAs(last).hasSuppressedException(first);
        assertThat(done).containsExactly("between");
    }

    @Test
    void oneFailureOfTwoActionsIsNotSuppressedInItself() {
        AssertionError error = new AssertionError("both");
        for (int i = 0; i < 2; i++) {
            cleanup.add(() -> {
                throw error;
            });
        }

        assertThatThrownBy(cleanup::close).isSameAs(error).hasNoSuppressedExceptions();
    }
}

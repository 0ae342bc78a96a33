package io.carrel.internal;

import com.google.common.base.Throwables;
import java.util.List;

/** Takes several things back, however each of them ends. */
final class Undoing {

    private Undoing() {}

    /** Does all steps in this order; then throws what the first failed with, and what others failed with is suppressed in it. */
    static void all(List<Runnable> steps) {
        Throwable first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            Throwables.throwIfUnchecked(first);
        }
    }
}

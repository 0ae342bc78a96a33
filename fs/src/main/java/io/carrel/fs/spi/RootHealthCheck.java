package io.carrel.fs.spi;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.List;

/**
 * How an image wants its containers to be checked, as it says it. Immutable.
 *
 * @param test {@code NONE}, or {@code CMD} and a command, or {@code CMD-SHELL} and a text; may be empty
 * @param interval between two checks; zero for the usual one, as for the others
 * @param timeout of a check
 * @param startPeriod while failures do not count
 * @param startInterval between two checks meanwhile
 * @param retries how many failures in a row are too many
 */
public record RootHealthCheck(
        List<String> test,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {

    /** Copies the test. */
    public RootHealthCheck {
        test = ImmutableList.copyOf(test);
    }
}

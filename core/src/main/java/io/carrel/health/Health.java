package io.carrel.health;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;

/**
 * How a container is. Immutable.
 *
 * @param state whether it works
 * @param failures how many checks in a row have failed; those of the start period do not count
 * @param results what came of the last checks, at most 5, the oldest first
 */
public record Health(HealthState state, int failures, List<HealthResult> results) {

    /** That of a container that has just been started. */
    public static final Health UNKNOWN = new Health(HealthState.STARTING, 0, List.of());

    private static final int MOST_RESULTS = 5;

    /** Copies the results; the oldest are dropped if there are more than 5. */
    public Health {
        requireNonNull(state, "state");
        results = ImmutableList.copyOf(results.subList(Math.max(0, results.size() - MOST_RESULTS), results.size()));
    }

    /** Returns what came of the last check; empty before there is one. */
    public Optional<HealthResult> last() {
        return results.isEmpty() ? Optional.empty() : Optional.of(results.get(results.size() - 1));
    }

    /**
     * Returns how the container is after one more check.
     *
     * @param counts whether a failure counts; it does not in the start period, as long as no check has succeeded
     * @param retries after how many failures in a row it is unhealthy
     */
    public Health after(HealthResult result, boolean counts, int retries) {
        List<HealthResult> all = ImmutableList.<HealthResult>builder()
                .addAll(results)
                .add(result)
                .build();
        if (result.isSuccess()) {
            return new Health(HealthState.HEALTHY, 0, all);
        }
        int failed = counts ? failures + 1 : failures;
        return new Health(failed >= retries ? HealthState.UNHEALTHY : state, failed, all);
    }
}

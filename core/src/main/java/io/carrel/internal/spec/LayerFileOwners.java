package io.carrel.internal.spec;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.internal.RecordedOwner;
import java.util.List;
import java.util.Optional;

/**
 * Which files of a root's layers get the owners that are recorded for them. Immutable.
 *
 * @param real those that do
 * @param without how many do not
 */
public record LayerFileOwners(List<RecordedOwner> real, int without) {

    /** None. */
    public static final LayerFileOwners NONE = new LayerFileOwners(List.of(), 0);

    /** Copies the list. */
    public LayerFileOwners {
        real = ImmutableList.copyOf(real);
    }

    /** What is not as asked for first, for people; empty for nothing. */
    Optional<String> fallback() {
        return without == 0
                ? Optional.empty()
                : Optional.of(
                        "%d files of the image are the container's root's, as they are too many to get the owners recorded for them"
                                .formatted(without));
    }
}

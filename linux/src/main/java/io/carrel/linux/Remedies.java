package io.carrel.linux;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.Immutable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What to do about failures, by why the kernel refused; where nothing is known, nothing is better than a guess.
 * Immutable.
 */
@Immutable
public final class Remedies {

    /** Nothing is known. */
    public static final Remedies NONE = new Remedies(ImmutableList.of());

    /** The text is made when something has failed, and not when a container starts. */
    private record Remedy(Set<Errno> errnos, Supplier<String> text) {}

    @SuppressWarnings("Immutable") // how a text is made does not change
    private final ImmutableList<Remedy> all;

    private Remedies(List<Remedy> all) {
        this.all = ImmutableList.copyOf(all);
    }

    /** Begins what to do about a failure with one of these. */
    public Failure failing(Errno... with) {
        return new Failure(all, ImmutableSet.copyOf(with));
    }

    /** Returns what to do about this one. */
    public Optional<String> find(Errno errno) {
        return all.stream()
                .filter(remedy -> remedy.errnos().contains(errno))
                .findFirst()
                .map(remedy -> remedy.text().get());
    }

    /** A failure about which something is going to be said. Immutable. */
    public static final class Failure {

        private final ImmutableList<Remedy> before;
        private final ImmutableSet<Errno> errnos;

        private Failure(ImmutableList<Remedy> before, ImmutableSet<Errno> errnos) {
            this.before = before;
            this.errnos = errnos;
        }

        /**
         * Says what to do.
         *
         * @param text sentences, in which each {@code %s} stands for the first Linux that has one of the features
         * @param features what a newer kernel could do, in the order of the text
         */
        public Remedies advise(String text, KernelFeature... features) {
            return because(() -> text.formatted(
                    Arrays.stream(features).map(KernelFeature::since).toArray()));
        }

        /** Says what depends on how the host is set up, which is looked at when it has happened. */
        public Remedies because(Supplier<String> text) {
            return new Remedies(ImmutableList.<Remedy>builder()
                    .addAll(before)
                    .add(new Remedy(errnos, text))
                    .build());
        }
    }
}

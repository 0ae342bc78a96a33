package io.carrel.internal.spec;

import static java.util.Objects.requireNonNull;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.CgroupTemplate;
import io.carrel.cgroups.Cgroups;
import io.carrel.cgroups.limits.Limits;

/** Below which cgroup a container's own is made. Immutable. */
public sealed interface CgroupParent {

    /** Where Carrel's groups are. */
    CgroupParent USUAL = new Usual();

    /** Prepares groups with these limits. */
    CgroupTemplate template(Limits limits);

    /** The same, if this process may make groups there. */
    CgroupParent WHERE_POSSIBLE = new WherePossible();

    /** See {@link #WHERE_POSSIBLE}. */
    record WherePossible() implements CgroupParent {

        @Override
        public CgroupTemplate template(Limits limits) {
            return USUAL.template(limits);
        }
    }

    /** See {@link #USUAL}. */
    record Usual() implements CgroupParent {

        @Override
        public CgroupTemplate template(Limits limits) {
            return Cgroups.detect().template(limits);
        }
    }

    /**
     * A group of the caller's, which is looked at when groups are prepared; it is the same if it has the same
     * directory.
     */
    final class Given implements CgroupParent {

        private final Cgroup group;
        private final String directory;

        /** This one. */
        public Given(Cgroup group) {
            this.group = requireNonNull(group, "parent");
            this.directory = group.toString();
        }

        @Override
        public CgroupTemplate template(Limits limits) {
            return group.template(limits);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Given given && given.directory.equals(directory);
        }

        @Override
        public int hashCode() {
            return directory.hashCode();
        }

        @Override
        public String toString() {
            return directory;
        }
    }
}

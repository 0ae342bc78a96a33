package io.carrel.internal.spec;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.Sets;
import io.carrel.linux.Capability;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import java.util.Optional;
import java.util.Set;

/**
 * Which privileges somebody wants for a command. Immutable.
 *
 * @param usual the capabilities that it has unless others are given; empty for all that it would have
 * @param given those that are given in their place
 * @param added what is added to these
 * @param dropped what is taken from these
 * @param noNewPrivileges whether no program gives the command more than it has
 * @param nestedUserNamespaces whether it may make user namespaces
 */
public record PrivilegesSpec(
        Optional<Set<Capability>> usual,
        Optional<Set<Capability>> given,
        Set<Capability> added,
        Set<Capability> dropped,
        boolean noNewPrivileges,
        boolean nestedUserNamespaces) {

    /** None at all. */
    public static final PrivilegesSpec NONE =
            new PrivilegesSpec(Optional.of(Set.of()), Optional.empty(), Set.of(), Set.of(), true, false);

    /** Those of this JVM. */
    public static final PrivilegesSpec ALL =
            new PrivilegesSpec(Optional.empty(), Optional.empty(), Set.of(), Set.of(), false, true);

    /** How many user namespaces there may be in one. */
    private static final String MOST_USER_NAMESPACES = "user.max_user_namespaces";

    /** Copies the sets. */
    public PrivilegesSpec {
        usual = usual.map(Sets::immutableEnumSet);
        given = given.map(Sets::immutableEnumSet);
        added = Sets.immutableEnumSet(added);
        dropped = Sets.immutableEnumSet(dropped);
    }

    /** The same with these capabilities. */
    public PrivilegesSpec with(Set<Capability> kept) {
        return new PrivilegesSpec(usual, Optional.of(kept), added, dropped, noNewPrivileges, nestedUserNamespaces);
    }

    /** The same with more capabilities. */
    public PrivilegesSpec adding(Set<Capability> more) {
        return new PrivilegesSpec(
                usual, given, Sets.union(added, more), dropped, noNewPrivileges, nestedUserNamespaces);
    }

    /** The same without some capabilities. */
    public PrivilegesSpec dropping(Set<Capability> some) {
        return new PrivilegesSpec(
                usual, given, added, Sets.union(dropped, some), noNewPrivileges, nestedUserNamespaces);
    }

    /** The same with new privileges forbidden, or not. */
    public PrivilegesSpec forbiddingNew(boolean forbid) {
        return new PrivilegesSpec(usual, given, added, dropped, forbid, nestedUserNamespaces);
    }

    /** The same with user namespaces of its own, or without. */
    public PrivilegesSpec nesting(boolean allow) {
        return new PrivilegesSpec(usual, given, added, dropped, noNewPrivileges, allow);
    }

    /** Checks that there is something that capabilities can be added to and taken from. */
    public void check() {
        checkState(
                usual.isPresent() || given.isPresent() || added.isEmpty() && dropped.isEmpty(),
                "to an unconfined command capabilities are neither added nor are they dropped one by one:"
                        + " capabilities(...) says which it keeps");
    }

    /**
     * The same files with the settings of these privileges: without user namespaces below its own a command has no way
     * to more.
     */
    public FilesSpec in(NamespacesSpec namespaces, FilesSpec files) {
        return nestedUserNamespaces || !namespaces.creates(NamespaceType.USER)
                ? files
                : files.withDefault(new Sysctl(MOST_USER_NAMESPACES, "0"));
    }

    /** The capabilities that somebody asked for by name. */
    public Set<Capability> asked() {
        return Sets.union(given.orElse(Set.of()), added);
    }

    /**
     * What the command may do.
     *
     * @param confinedImage whether its root is an image, and the image's root nobody's outside: then it has what docker
     *     gives it
     */
    public Rights rights(boolean confinedImage) {
        boolean image = confinedImage && usual.isPresent() && given.isEmpty();
        Optional<Set<Capability>> base = given.or(() -> usual);
        Optional<Set<Capability>> attainable = base.map(own -> changed(image ? Capability.ofImages() : own));
        Set<Capability> held = image ? added : attainable.orElse(added);
        return new Rights(attainable, held, noNewPrivileges, confinedImage && !noNewPrivileges);
    }

    private Set<Capability> changed(Set<Capability> base) {
        return Sets.union(Sets.difference(base, dropped), added);
    }
}

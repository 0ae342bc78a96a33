package io.carrel.cgroups;

import io.carrel.cgroups.internal.Hierarchy;
import io.carrel.cgroups.internal.Placement;
import java.util.Optional;
import java.util.Set;

/** Where a group is made: a directory in each hierarchy, made as soon as it is needed. */
interface Place {

    /** The directory in the hierarchy, whether it is there or not; empty if this process may not make groups there. */
    Optional<Placement> in(Hierarchy hierarchy);

    /** Makes the directory if need be, and has the controllers enabled for groups in it. */
    Placement make(Hierarchy hierarchy, Set<Controller> controllers);
}

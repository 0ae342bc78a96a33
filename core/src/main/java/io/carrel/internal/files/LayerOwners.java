package io.carrel.internal.files;

import io.carrel.fs.internal.CopiedOwners;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.linux.Capability;
import io.carrel.namespaces.IdMap;

/** Whose the files of copied layers become, so that the container sees them as it would see the layers. */
final class LayerOwners {

    /** Whom the kernel shows in place of an owner that a user namespace does not know. */
    private static final long NOBODY = 65534;

    private LayerOwners() {}

    static CopiedOwners of(ContainerSpec spec, HostIdentity host) {
        Identity identity = Identity.of(spec, host);
        if (identity.needsLauncher()) {
            return CopiedOwners.translated(id -> outside(identity.users(), id), id -> outside(identity.groups(), id));
        }
        return host.has(Capability.CHOWN) ? CopiedOwners.same() : CopiedOwners.ofTheCaller();
    }

    private static long outside(IdMap map, long id) {
        return map.toOutside(id)
                .orElseGet(() -> map.toOutside(NOBODY)
                        .orElseGet(() -> map.mappings().get(0).outsideId()));
    }
}

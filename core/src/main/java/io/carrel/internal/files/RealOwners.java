package io.carrel.internal.files;

import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.internal.RecordedOwner;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.spec.LayerFileOwners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ordinary user unpacks an image's files as his own, and their owners are recorded. Where the container has the ids,
 * its files get them.
 */
public final class RealOwners {

    /** Each takes three system calls and a copy of the file; an image with more is one for root. */
    static final int MOST = 10_000;

    private RealOwners() {}

    /** The same container with the owners that its files are to get. */
    public static ContainerSpec find(ContainerSpec spec, HostIdentity host) {
        Identity identity = Identity.of(spec, host);
        if (identity.kind() != Identity.Kind.SUBORDINATE || !(spec.files().root() instanceof Overlay root)) {
            return spec;
        }
        List<Path> layers = new ArrayList<>();
        root.lower().forEach(layer -> layers.add(layer.path()));
        Optional<Path> changed = changes(root);
        changed.ifPresent(layers::add);
        List<RecordedOwner> owners = RecordedOwner.in(layers, changed.isPresent() ? 1 : 0).stream()
                .filter(owner -> identity.users().toOutside(owner.uid()).isPresent()
                        && identity.groups().toOutside(owner.gid()).isPresent())
                .toList();
        boolean tooMany = owners.size() > MOST;
        return spec.with(
                spec.files().with(new LayerFileOwners(tooMany ? List.of() : owners, tooMany ? owners.size() : 0)));
    }

    /** Files in a place that is kept have their owners since an earlier start. */
    private static Optional<Path> changes(Overlay root) {
        return root.upper()
                .directory()
                .map(HostPath::path)
                .map(directory -> directory.resolve("upper"))
                .filter(Files::isDirectory);
    }

    /** Whether each start has to look anew. */
    public static boolean dependOnChanges(ContainerSpec spec) {
        return !spec.files().owners().real().isEmpty()
                && spec.files().root() instanceof Overlay root
                && root.upper().directory().isPresent();
    }
}

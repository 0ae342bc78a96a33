package io.carrel.internal.subordinate;

import com.google.common.collect.Sets;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.internal.Copier;
import io.carrel.internal.definition.Composition;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.identity.GrantedIds;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.identity.WantedIds;
import io.carrel.linux.Capability;
import io.carrel.namespaces.User;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Copies what a container with subordinate ids wrote, as its root, who is the user with power over all the ids.
 * {@code cp} finds directories by their names, and a container that still runs may put a link in the place of one; so
 * it sees nothing of the user's but what it copies.
 */
public final class SubordinateCopy implements Copier {

    /** A cp that cannot copy attributes, among which are deletions, does not know the option. */
    private static final String SCRIPT = """
            set -e
            cp -dR --preserve=mode,ownership,timestamps,links,xattr -- /mnt/from "/mnt/to/$0"
            cd -- "/mnt/to/$0"
            find . -type d ! -perm -0555 -printf '%m %P\\0' -exec chmod a+rx {} + >/mnt/changed
            find . -type f ! -perm -0444 -printf '%m %P\\0' -exec chmod a+r {} + >>/mnt/changed
            """;

    private static final Set<Capability> POWERS = Sets.immutableEnumSet(
            Capability.CHOWN, Capability.DAC_OVERRIDE, Capability.FOWNER, Capability.FSETID, Capability.SETFCAP);

    @Override
    public void copy(Path directory, Path copy, Path changed) throws IOException {
        AsRoot.Ended ended =
                AsRoot.run(around(directory, copy, changed, "sh", "-c", SCRIPT, Objects.toString(copy.getFileName())));
        if (!ended.success()) {
            throw new IOException("Cannot copy " + directory + " to read what others than root own there; this takes"
                    + " cp and find of GNU: " + ended.errors().strip());
        }
    }

    /** A container that has these three, the host's programs, and nothing else of the host's. */
    static ContainerSpec around(Path directory, Path copy, Path changed, String... words) {
        ContainerSpec spec = Composition.confined()
                .identity(own -> own.with(new WantedIds.Given(GrantedIds.require(HostIdentity.current())))
                        .with(own.who().with(User.ROOT)))
                .privileges(own -> own.with(POWERS))
                .files(own -> own.with(bind(directory, "/mnt/from", Access.READ_ONLY))
                        .with(bind(Objects.requireNonNull(copy.getParent()), "/mnt/to", Access.READ_WRITE))
                        .with(bind(changed, "/mnt/changed", Access.READ_WRITE)))
                .command(own -> own.withWords(List.of(words)).in(ContainerPath.ROOT))
                .toSpec();
        return spec.started(spec.files().mounts(), List.of());
    }

    private static Mount bind(Path source, String inside, Access access) {
        return new Mount.Bind(HostPath.of(source), ContainerPath.of(inside), access);
    }
}

package io.carrel.internal;

import io.carrel.Container;
import io.carrel.ContainerResult;
import io.carrel.fs.HostPath;
import io.carrel.fs.internal.Copier;
import io.carrel.internal.ContainerSpec.IdMaps;
import io.carrel.namespaces.NamespaceType;
import java.io.IOException;
import java.nio.file.Path;

/** Copies what a container with subordinate ids wrote, as its root, who is the user with power over all the ids. */
public final class SubordinateCopy implements Copier {

    /** A cp that cannot copy attributes, among which are deletions, does not know the option. */
    private static final String SCRIPT = """
            set -e
            cp -dR --preserve=mode,ownership,timestamps,links,xattr -- "$0" "$1"
            cd -- "$1"
            find . -type d ! -perm -0555 -printf '%m %P\\0' -exec chmod a+rx {} + >"$2"
            find . -type f ! -perm -0444 -printf '%m %P\\0' -exec chmod a+r {} + >>"$2"
            """;

    @Override
    public void copy(Path directory, Path copy, Path changed) throws IOException {
        IdMaps ids = GrantedIds.require(HostIdentity.current());
        try {
            ContainerResult result = Container.unconfined()
                    .isolate(NamespaceType.USER)
                    .idMaps(ids.users(), ids.groups())
                    .command("sh", "-c", SCRIPT, text(directory), text(copy), text(changed))
                    .workingDirectory("/")
                    .build()
                    .run();
            if (!result.exitStatus().success()) {
                throw new IOException(
                        "Cannot copy " + directory + " to read what others than root own there; this takes"
                                + " cp and find of GNU: " + result.stderr().strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + directory + " was copied", e);
        }
    }

    private static String text(Path path) {
        return HostPath.of(path).toString();
    }
}

package io.carrel.internal;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.ContainerResult;
import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.internal.Copier;
import io.carrel.linux.Capability;
import io.carrel.namespaces.User;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Copies what a container with subordinate ids wrote, as its root, who is the user with power over all the ids. {@code cp} finds
 * directories by their names, and a container that still runs may put a link in the place of one; so it sees nothing of the
 * user's but what it copies.
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

    @Override
    public void copy(Path directory, Path copy, Path changed) throws IOException {
        try {
            ContainerResult result = around(directory, copy, changed)
                    .command("sh", "-c", SCRIPT, Objects.toString(copy.getFileName()))
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

    /** A container that has these three, the host's programs, and nothing else of the host's. */
    static ContainerBuilder around(Path directory, Path copy, Path changed) {
        IdMaps ids = GrantedIds.require(HostIdentity.current());
        return Container.builder()
                .idMaps(ids.users(), ids.groups())
                .user(User.ROOT)
                .capabilities(
                        Capability.CHOWN,
                        Capability.DAC_OVERRIDE,
                        Capability.FOWNER,
                        Capability.FSETID,
                        Capability.SETFCAP)
                .bind(HostPath.of(directory), "/mnt/from", Access.READ_ONLY)
                .bind(HostPath.of(Objects.requireNonNull(copy.getParent())), "/mnt/to", Access.READ_WRITE)
                .bind(HostPath.of(changed), "/mnt/changed", Access.READ_WRITE)
                .workingDirectory("/");
    }
}

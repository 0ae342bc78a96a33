package io.carrel.internal.files;

import io.carrel.fs.HostPath;
import io.carrel.fs.internal.RecordedOwner;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.identity.IdMaps;
import io.carrel.internal.subordinate.AsRoot;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.FileCalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Gives what a new volume has of an image the owners that it has there. An ordinary user's copies are the user's own,
 * with a record of their owners; to make these real takes a user namespace with the container's ids. Immutable.
 *
 * @param ids the container's subordinate ids; empty where there is nothing to do
 */
record VolumeOwners(Optional<IdMaps> ids) {

    private static final String SCRIPT =
            "cd -- \"$0\" && xargs -0 -r -n 2 chown -h <\"$1\" && xargs -0 -r -n 2 chmod <\"$2\"";

    static VolumeOwners of(ContainerSpec spec, HostIdentity host) {
        Identity identity = Identity.of(spec, host);
        return new VolumeOwners(
                identity.kind() == Identity.Kind.SUBORDINATE
                        ? Optional.of(new IdMaps(identity.users(), identity.groups()))
                        : Optional.empty());
    }

    /** For all that is in the directory. */
    void applyBelow(Path directory) {
        ids.ifPresent(maps -> apply(directory, RecordedOwner.in(List.of(directory), 0), maps));
    }

    /** For the directory itself, which from then on may let its owner in alone. */
    void applyTo(Path directory) {
        ids.ifPresent(
                maps -> apply(directory, RecordedOwner.of(directory).stream().toList(), maps));
    }

    private static void apply(Path directory, List<RecordedOwner> recorded, IdMaps maps) {
        List<RecordedOwner> owners = recorded.stream()
                .filter(owner -> maps.users().toOutside(owner.uid()).isPresent()
                        && maps.groups().toOutside(owner.gid()).isPresent())
                .toList();
        if (owners.isEmpty() || owners.size() > RealOwners.MOST) {
            return;
        }
        try {
            Path changes = Files.createTempFile("carrel-owners-", "");
            Path modes = Files.createTempFile("carrel-modes-", "");
            try {
                Files.write(changes, pairs(owners, owner -> owner.uid() + ":" + owner.gid()));
                List<RecordedOwner> special =
                        owners.stream().filter(RecordedOwner::hasSetId).toList();
                Files.write(modes, pairs(special, owner -> Integer.toOctalString(owner.permissions())));
                run(maps, directory, changes, modes);
            } finally {
                Files.deleteIfExists(changes);
                Files.deleteIfExists(modes);
            }
        } catch (IOException e) {
            throw new HostFileException("Cannot give the files of a volume their owners: " + directory, e);
        }
    }

    private interface Word {
        String of(RecordedOwner owner);
    }

    /** A word and a path for each, with zeros behind them, as names are bytes. */
    private static byte[] pairs(List<RecordedOwner> owners, Word word) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (RecordedOwner owner : owners) {
            bytes.writeBytes((word.of(owner) + "\0./" + owner.path() + "\0").getBytes(FileCalls.BYTES));
        }
        return bytes.toByteArray();
    }

    private static void run(IdMaps maps, Path directory, Path changes, Path modes) throws IOException {
        AsRoot.Ended ended = AsRoot.run(maps, "sh", "-c", SCRIPT, text(directory), text(changes), text(modes));
        if (!ended.success()) {
            throw new IOException("chown says: " + ended.errors().strip());
        }
    }

    private static String text(Path path) {
        return HostPath.of(path).toString();
    }
}

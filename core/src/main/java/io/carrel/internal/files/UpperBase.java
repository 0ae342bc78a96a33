package io.carrel.internal.files;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.HostPath;
import io.carrel.fs.internal.InsideIds;
import io.carrel.fs.spi.RootImage;
import io.carrel.internal.definition.Identity;
import io.carrel.linux.HostFileException;
import io.carrel.namespaces.IdMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Kept changes belong to one image: its digest lies beside them, in the file {@code image}. */
public final class UpperBase {

    private UpperBase() {}

    /** The digest of the image that was noted; empty if none was. */
    public static Optional<String> noted(HostPath directory) {
        Path file = directory.path().resolve("image");
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(Files.readString(file).strip())
                    : Optional.empty();
        } catch (NoSuchFileException thrownAway) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HostFileException("Cannot read which image the changes belong to: " + file, e);
        }
    }

    /**
     * Notes the image, or checks that it is the one that was noted. The caller has the directory for itself.
     *
     * @throws IllegalStateException if the changes are those of another image
     */
    static void note(HostPath directory, RootImage image) {
        Path file = directory.path().resolve("image");
        String digest = image.digest();
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, digest + "\n");
            }
            String noted = Files.readString(file).strip();
            checkState(
                    noted.equals(digest),
                    "the changes in %s are those of the image %s, not of %s, which is %s",
                    directory,
                    noted,
                    image,
                    digest);
            image.keepFor(directory.path());
        } catch (IOException e) {
            throw new HostFileException("Cannot note which image the changes belong to: " + file, e);
        }
    }

    /** Notes whom the changes of a container with subordinate ids belong to inside, so that they can become a layer. */
    static void noteIds(HostPath directory, Identity identity) {
        if (identity.kind() != Identity.Kind.SUBORDINATE) {
            return;
        }
        try {
            new InsideIds(ranges(identity.users()), ranges(identity.groups())).note(directory.path());
        } catch (IOException e) {
            throw new HostFileException("Cannot note which ids the changes have: " + directory, e);
        }
    }

    private static List<InsideIds.Range> ranges(IdMap map) {
        return map.mappings().stream()
                .map(mapping -> new InsideIds.Range(mapping.insideId(), mapping.outsideId(), mapping.count()))
                .toList();
    }
}

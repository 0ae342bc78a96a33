package io.carrel.fs.volumes;

import io.carrel.fs.Mount;
import io.carrel.fs.internal.Durable;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The directories of a store's volumes. For who has the store's lock, but for what only asks for names. */
record VolumeDirectories(Path directory, StagedDirectories aside) {

    private static final Pattern MADE_UP = Pattern.compile("[0-9a-f]{32}");

    static String madeUpName() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    Path of(String name) {
        return directory.resolve(name);
    }

    /** The volume with this name, made if there is none. */
    Volume obtain(String name, boolean anonymous, Map<String, String> labels) throws IOException {
        Optional<Volume> existing = existing(name);
        if (existing.isPresent()) {
            return existing.get();
        }
        aside.make(made -> {
            Path data = Files.createDirectory(made.resolve(VolumeRecord.DATA));
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectory(made.resolve(VolumeUsers.DIRECTORY));
            VolumeRecord.write(made, anonymous, Instant.now(), labels);
            Files.move(made, of(name), StandardCopyOption.ATOMIC_MOVE);
        });
        Durable.sync(directory);
        return VolumeRecord.read(of(name));
    }

    Optional<Volume> existing(String name) throws IOException {
        return Files.isDirectory(of(name), LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(VolumeRecord.read(of(name)))
                : Optional.empty();
    }

    Path known(String name) {
        Path home = of(name);
        if (!Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotFoundException(NotFoundException.Kind.VOLUME, name);
        }
        return home;
    }

    void each(Consumer<Volume> sound, Consumer<DamagedVolume> damaged) throws IOException {
        for (Path home : named(Mount.Volume.NAME)) {
            try {
                sound.accept(VolumeRecord.read(home));
            } catch (RefusedContentException e) {
                damaged.accept(new DamagedVolume(home.getFileName().toString(), String.valueOf(e.getMessage())));
            }
        }
    }

    /** Volumes that may be anonymous: others need not be looked at, so this is fast with many of them. */
    List<Path> madeUp() throws IOException {
        return named(MADE_UP);
    }

    /** Anonymous volumes of JVMs that were killed. */
    List<Path> abandoned() throws IOException {
        List<Path> abandoned = new ArrayList<>();
        for (Path home : madeUp()) {
            try {
                if (VolumeRecord.read(home).anonymous()
                        && VolumeUsers.of(home).living().isEmpty()) {
                    abandoned.add(home);
                }
            } catch (RefusedContentException damaged) {
                // It is not clear whose it is.
            }
        }
        return abandoned;
    }

    private List<Path> named(Pattern pattern) throws IOException {
        return DirectoryListing.of(directory).stream()
                .filter(entry -> pattern.matcher(entry.getFileName().toString()).matches()
                        && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                .sorted()
                .toList();
    }
}

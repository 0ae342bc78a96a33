package io.carrel.containers;

import io.carrel.internal.subordinate.Removal;
import io.carrel.linux.Errno;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.WriteAside;
import io.carrel.linux.log.LogReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What is kept of one container: its record, how it ended, and a lock that whoever holds the container has, so that no pid is needed to
 * know whether it lives. The lock belongs to an open file, and goes with that to the init of a container that outlives its JVM. Immutable.
 *
 * @param path the directory, whose name is the container's id
 */
record StateDirectory(Path path) {

    private static final String RECORD = "record.json";
    private static final String TEMPORARY = "record.json.new";
    private static final String LEASE = "lease";
    private static final String EXIT = "exit";

    String name() {
        return path.getFileName().toString();
    }

    private Path lease() {
        return path.resolve(LEASE);
    }

    /** Where it is noted how the container ended. */
    Path exitFile() {
        return path.resolve(EXIT);
    }

    /** Whether somebody holds the container. */
    boolean isHeld() {
        return Lease.isHeldAlone(lease());
    }

    /**
     * Takes the container, whoever looks at the same time; empty if somebody has it.
     *
     * @throws NotFoundException if it has been removed
     */
    Optional<Lease> take() {
        try {
            return Lease.takeBesideLookers(lease());
        } catch (SyscallException e) {
            throw e.errno().equals(Errno.ENOENT) ? new NotFoundException(NotFoundException.Kind.CONTAINER, name()) : e;
        }
    }

    /** Waits until nobody holds it, and until it is there no more at the latest. */
    void awaitRelease() {
        try {
            if (isHeld()) {
                Lease.awaitForReading(lease(), Lease.Mode.SHARED).close();
            }
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /**
     * Reads the record; empty if there is none, or none any more.
     *
     * @throws RefusedContentException if it cannot be understood
     */
    Optional<ContainerRecord> record() {
        Path file = path.resolve(RECORD);
        return read(file).map(bytes -> RecordDocument.parse(bytes, file));
    }

    /** Whether there is one, be it as it may; one is there as long as the container is. */
    boolean hasRecord() {
        return Files.exists(path.resolve(RECORD));
    }

    /** How it ended; empty as long as nobody has noted it. */
    Optional<ContainerExit> exit() {
        return read(exitFile()).flatMap(ExitFile::parse);
    }

    private static Optional<byte[]> read(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("Cannot read", file, e);
        }
    }

    /** Replaces the record; only for who has the lock of all records. */
    void write(ContainerRecord record) {
        Path file = path.resolve(RECORD);
        try {
            WriteAside.replace(
                    path.resolve(TEMPORARY), file, aside -> Files.write(aside, RecordDocument.format(record)));
        } catch (IOException e) {
            throw failure("Cannot write", file, e);
        }
    }

    /** Notes how it ended; only for who holds the container. */
    void write(ContainerExit exit) {
        try {
            Files.write(exitFile(), ExitFile.format(exit));
        } catch (IOException e) {
            throw failure("Cannot write", exitFile(), e);
        }
    }

    /** Forgets how it ended, as it begins anew; only for who holds the container. */
    void forgetExit() {
        try {
            Files.deleteIfExists(exitFile());
        } catch (IOException e) {
            throw failure("Cannot remove", exitFile(), e);
        }
    }

    /** Removes the socket of an earlier start; only for who holds the container. */
    void removeSocket() {
        try {
            Files.deleteIfExists(path.resolve("socket"));
        } catch (IOException e) {
            throw failure("Cannot remove", path, e);
        }
    }

    /** Begins to read what the container has said, from the oldest that is kept. */
    LogReader log() {
        return LogReader.open(path, exitFile(), lease());
    }

    /** Takes it away, and then removes all that is in it; only for who holds the container. */
    void remove() {
        Path gone = path.resolveSibling(Records.REMOVED + name());
        try {
            Files.move(path, gone, StandardCopyOption.ATOMIC_MOVE);
            Removal.remove(gone);
        } catch (IOException e) {
            throw failure("Cannot remove", path, e);
        }
    }

    static HostFileException failure(String doing, Path path, IOException cause) {
        return new HostFileException(doing + " what is known of a container", path, cause);
    }
}

package io.carrel.fs.internal;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.binding.ProjectQuotas;
import io.carrel.linux.uapi.Capabilities;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps directories of one container to a size, by a project quota of their file system. The project's number is random
 * and high, so that it is nobody else's; the directories themselves tell it.
 *
 * @param parts directories of one file system, which are limited together
 */
record SizeLimit(List<Path> parts) {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final String DOING = "Cannot limit the size of a container's changes";
    private static final String FEATURE = "limit for changes on the disk";
    private static final String REMEDY = "Upper.memory(size) needs neither.";
    /** Above what people number by hand, and below the sign. */
    private static final long LOWEST = 0x40000000L;

    private static final long BEYOND = 0x80000000L;

    /**
     * Checks, before anything is made, that the directory could have a limit.
     *
     * @throws NotPermittedException if this process may not set one
     * @throws UnsupportedFeatureException with the remedy, if the file system keeps none
     */
    static void check(Path directory) {
        if (!ProcessStatus.current().has(Capabilities.CAP_SYS_ADMIN)) {
            throw onlyRoot();
        }
        Path existing = nearestAbove(directory);
        try (Descriptor open = open(existing)) {
            if (!ProjectQuotas.areEnforced(open)) {
                throw new UnsupportedFeatureException(
                        FEATURE,
                        "the file system of %s keeps no project quotas, which takes ext4 with the features project and quota, or"
                                        .formatted(existing)
                                + " xfs, the mount option prjquota, and Linux 5.14. " + REMEDY);
            }
            ProjectQuotas.usedBytes(open, LOWEST);
        } catch (SyscallException e) {
            throw e.errno().equals(Errno.EPERM) ? onlyRoot() : e;
        }
    }

    private static Path nearestAbove(Path directory) {
        Path parent = directory.getParent();
        return parent == null || Files.isDirectory(directory) ? directory : nearestAbove(parent);
    }

    private static NotPermittedException onlyRoot() {
        return new NotPermittedException(
                "limit the size of a container's changes on the disk",
                "the host's root, who alone may set project quotas",
                REMEDY);
    }

    /** Limits what is in the directories now and what will be. */
    void set(long bytes) {
        try (Descriptor first = open(parts.get(0));
                FileCalls calls = new FileCalls()) {
            calls.doing(() -> DOING);
            long project = own().orElseGet(() -> unused(first));
            for (Path part : parts) {
                try (Descriptor directory = open(part)) {
                    if (ProjectQuotas.projectOf(directory) != project) {
                        join(calls, directory, project);
                    }
                }
            }
            ProjectQuotas.limit(first, project, bytes);
        }
    }

    /** Limits what will be in the directories, besides what is in them now. */
    void setBeyondPresent(long bytes) {
        set(0);
        try (Descriptor first = open(parts.get(0))) {
            long present = own().flatMap(project -> ProjectQuotas.usedBytes(first, project))
                    .orElse(0L);
            set(present + bytes);
        }
    }

    /** Lifts the limit, if there is one of ours. */
    void lift() {
        own().ifPresent(project -> lift(parts.get(0), project));
    }

    /** The same for directories that have been removed from this one. */
    static void lift(Path directory, long project) {
        try (Descriptor open = open(directory)) {
            ProjectQuotas.limit(open, project, 0);
        }
    }

    /** The project of ours that the directories are in; one that they have from their parent is somebody else's. */
    Optional<Long> own() {
        if (!Files.isDirectory(parts.get(0))) {
            return Optional.empty();
        }
        try (Descriptor first = open(parts.get(0));
                Descriptor parent = open(parts.get(0).resolve(".."))) {
            long project = ProjectQuotas.projectOf(first);
            boolean isInherited = project == ProjectQuotas.projectOf(parent);
            return project >= LOWEST && project < BEYOND && !isInherited ? Optional.of(project) : Optional.empty();
        }
    }

    private static long unused(Descriptor file) {
        long project;
        do {
            project = ThreadLocalRandom.current().nextLong(LOWEST, BEYOND);
        } while (ProjectQuotas.usedBytes(file, project).isPresent());
        return project;
    }

    /** All that is in a directory, too; links and devices take no room. */
    private static void join(FileCalls calls, Descriptor directory, long project) {
        for (String name : calls.list(directory)) {
            FileStatus status = calls.status(directory, name).orElse(null);
            if (status == null || !status.is(Fcntl.S_IFDIR) && !status.is(Fcntl.S_IFREG)) {
                continue;
            }
            try (Descriptor file = calls.open(directory, name, READ)) {
                if (status.is(Fcntl.S_IFDIR)) {
                    join(calls, file, project);
                } else {
                    ProjectQuotas.join(file, project, false);
                }
            }
        }
        ProjectQuotas.join(directory, project, true);
    }

    private static Descriptor open(Path directory) {
        return Kernel.open(DOING, directory.toString(), DIRECTORY);
    }
}

package io.carrel.namespaces;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.ContainerException;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.MountInfo;
import io.carrel.namespaces.NamespaceInfo.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One pass over all processes and mounts. Processes end while it goes on, and some may not be looked at: what cannot be
 * read is passed over. Not thread-safe.
 */
final class NamespaceScan {

    private static final Path PROC = Path.of("/proc");

    private final Map<Long, Found> found = new TreeMap<>();

    /** What is known of a namespace so far; a number 0 means unknown. */
    private static final class Found {
        private final NamespaceLink link;
        private final List<Path> files = new ArrayList<>();
        private long owner;
        private long parent;
        private int processCount;
        private @Nullable Member firstProcess;

        Found(NamespaceLink link) {
            this.link = link;
        }

        NamespaceInfo toInfo() {
            return new NamespaceInfo(link, owner, parent, processCount, firstProcess, files);
        }
    }

    List<NamespaceInfo> all() {
        pids().forEach(this::lookAtProcess);
        MountInfo.current().forEach(this::lookAtMount);
        return found.values().stream().map(Found::toInfo).collect(ImmutableList.toImmutableList());
    }

    private static List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        try {
            DirectoryListing.of(PROC, "[1-9]*")
                    .forEach(
                            entry -> pids.add(Long.parseLong(entry.getFileName().toString())));
        } catch (IOException e) {
            throw new KernelFileException("Cannot list the processes", PROC.toString(), "", e);
        }
        pids.sort(null);
        return pids;
    }

    private void lookAtProcess(long pid) {
        Path process = PROC.resolve(Long.toString(pid));
        for (NamespaceType type : NamespaceType.values()) {
            Path file = process.resolve("ns").resolve(type.label());
            readLink(file).ifPresent(link -> {
                Found namespace = find(link, file);
                namespace.processCount++;
                if (namespace.firstProcess == null) {
                    namespace.firstProcess = member(pid, process);
                }
            });
        }
    }

    private static Optional<NamespaceLink> readLink(Path file) {
        try {
            return NamespaceLink.parse(Files.readSymbolicLink(file).toString());
        } catch (IOException goneOrNotReadable) {
            return Optional.empty();
        }
    }

    private static @Nullable Member member(long pid, Path process) {
        try {
            String user = Files.getOwner(process).getName();
            String arguments = KernelFile.read(process.resolve("cmdline"));
            String name = KernelFile.read(process.resolve("comm"));
            return new Member(pid, user, Member.command(arguments, name));
        } catch (IOException gone) {
            return null;
        }
    }

    private void lookAtMount(MountInfo mount) {
        NamespaceLink.parse(mount.root())
                .ifPresent(link -> find(link, mount.mountPoint()).files.add(mount.mountPoint()));
    }

    /** The file may refer to another namespace by now, or not be readable; then less is known. */
    private Found find(NamespaceLink link, Path file) {
        Found known = found.get(link.inode());
        if (known != null) {
            return known;
        }
        Found added = new Found(link);
        found.put(link.inode(), added);
        try (Namespace namespace = Namespace.open(file)) {
            if (namespace.inode() == link.inode()) {
                lookAbove(added, namespace);
            }
        } catch (ContainerException | IllegalArgumentException goneOrNotReadable) {
            return added;
        }
        return added;
    }

    private void lookAbove(Found below, Namespace namespace) {
        below.owner = lookAt(namespace.owner());
        if (namespace.type().isHierarchical()) {
            below.parent = lookAt(namespace.parent());
        }
    }

    /** Such a namespace may be without processes, and found in no other way. */
    private long lookAt(Optional<Namespace> above) {
        if (above.isEmpty()) {
            return 0;
        }
        try (Namespace namespace = above.get()) {
            NamespaceLink link = new NamespaceLink(namespace.type(), namespace.inode());
            if (!found.containsKey(link.inode())) {
                Found added = new Found(link);
                found.put(link.inode(), added);
                lookAbove(added, namespace);
            }
            return link.inode();
        }
    }
}

package io.carrel.internal;

import io.carrel.cgroups.CgroupTemplate;
import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.Child;
import io.carrel.namespaces.Namespace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one start has of the host's: its files and its cgroup. Not thread-safe, but for the cgroup. */
public final class Started implements AutoCloseable {

    private final ImageStart start;
    private final StartedRoot root;
    private final @Nullable CompletableFuture<StartedCgroup> making;

    private Started(ImageStart start, StartedRoot root, @Nullable CompletableFuture<StartedCgroup> making) {
        this.start = start;
        this.root = root;
        this.making = making;
    }

    /** Makes its files; after a failure nothing is there. The cgroup is being made meanwhile. */
    public static Started open(
            ImageStart start, @Nullable CgroupTemplate cgroups, @Nullable CgroupOwner owner) {
        StartedRoot root = StartedRoot.open(start);
        return new Started(
                start,
                root,
                cgroups == null
                        ? null
                        : StartedCgroup.begin(cgroups, start.spec().limits(), owner));
    }

    /** What lets a process into its cgroup, as soon as that is there; nothing where it has none of its own. */
    public CompletableFuture<List<Descriptor>> entrances() {
        return making == null
                ? CompletableFuture.completedFuture(List.of())
                : making.thenApply(StartedCgroup::openEntrances);
    }

    /** Its files. */
    public StartedRoot root() {
        return root;
    }

    /** Its cgroup, where it has one of its own. It is there when the container runs. */
    public Optional<StartedCgroup> cgroup() {
        return Optional.ofNullable(making).map(CompletableFuture::join);
    }

    /** What the container has in place of what was asked for first. */
    public List<String> fallbacks() {
        return start.spec().files().fallbacks();
    }

    /** The number of the signal that asks the command to end. */
    public int stopSignal() {
        return start.stopSignal();
    }

    /** The descriptors that the launcher finds, in the order in which the program expects them. */
    public List<Descriptor> passed() {
        return start.spec().joined().stream().map(Namespace::descriptor).toList();
    }

    /** Notes what only the kernel's groups know, before others hear of the end. */
    public void ended() {
        cgroup().ifPresent(StartedCgroup::ended);
    }

    /** Gives it all back when the container is gone; the future is done when nothing of its files and groups is left. */
    public CompletableFuture<Void> closeAfter(Child child) {
        CompletableFuture<Void> files = root.closeAfter(child);
        return cgroup().map(group -> CompletableFuture.allOf(files, group.removeAfter(child)))
                .orElse(files);
    }

    @Override
    public void close() {
        try {
            if (making != null) {
                StartedCgroup.closeMade(making);
            }
        } finally {
            root.close();
        }
    }
}

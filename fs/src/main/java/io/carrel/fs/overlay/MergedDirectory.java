package io.carrel.fs.overlay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A directory as overlayfs shows it: all directories of one path that take part, open, the uppermost first. No link is
 * followed. Not thread-safe.
 */
public final class MergedDirectory implements AutoCloseable {

    private final MergedLayers layers;
    private final List<OwnFiles.Opened> parts;
    private final @Nullable FileStatus known;

    /** {@code known} is what was said of the uppermost before it was opened, which may need other permissions. */
    MergedDirectory(MergedLayers layers, List<OwnFiles.Opened> parts, @Nullable FileStatus known) {
        this.layers = layers;
        this.parts = parts;
        this.known = known;
    }

    MergedLayers layers() {
        return layers;
    }

    Descriptor part(int number) {
        return parts.get(number).descriptor();
    }

    /** Tells whether no layer has the directory. */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Returns the names in it, sorted. */
    public SortedSet<String> names() {
        return names(Long.MAX_VALUE);
    }

    /** Returns the names in it, sorted; of too many only some, but more than {@code most}. */
    public SortedSet<String> names(long most) {
        SortedSet<String> names = new TreeSet<>();
        parts.forEach(part -> names.addAll(layers.calls().list(part.descriptor(), most)));
        return names;
    }

    /** Finds the file of this name; empty if there is none, or if it is deleted. */
    public Optional<MergedEntry> find(String name) {
        List<Integer> taking = new ArrayList<>();
        MergedEntry first = null;
        for (int i = 0; i < parts.size(); i++) {
            FileStatus status = layers.calls().status(part(i), name).orElse(null);
            if (status == null) {
                continue;
            }
            boolean isDirectory = status.is(Fcntl.S_IFDIR);
            if (first != null && !isDirectory || layers.marks().isWhiteout(part(i), name, status)) {
                break;
            }
            first = first == null ? new MergedEntry(this, name, i, status, taking) : first;
            taking.add(i);
            if (!isDirectory || layers.marks().isOpaque(part(i), name)) {
                break;
            }
        }
        return Optional.ofNullable(first);
    }

    /** Opens what was found in it if that is a directory; what is not has nothing in it. */
    public MergedDirectory open(Optional<MergedEntry> found) {
        return found.filter(MergedEntry::isDirectory)
                .map(MergedEntry::open)
                .orElseGet(() -> new MergedDirectory(layers, List.of(), null));
    }

    /** Returns the directory itself, as an entry. */
    public MergedEntry self() {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            all.add(i);
        }
        FileStatus status = known == null ? parts.get(0).status() : known;
        return new MergedEntry(this, ".", 0, status, all);
    }

    @Override
    public void close() {
        parts.forEach(OwnFiles.Opened::close);
    }
}

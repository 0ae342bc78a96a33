package io.carrel.images.layers;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.images.compression.Compression;
import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Writes the upper directory of an overlay as a layer. Overlayfs's deletions become those of layers. The same files
 * give the same bytes: names are sorted, and nothing comes from the clock or from who writes. Immutable, so safe for
 * use by several threads.
 *
 * <p>The upper directory itself has no entry: its owner and permissions are those of the place where it is kept.
 * Sockets are left out, as an archive cannot have them.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI layers</a>
 */
public final class LayerWriter {

    private final Path upper;
    private final OwnerTranslation owners;
    private final UnaryOperator<Instant> clamp;
    private final ImmutableMap<String, Integer> permissions;
    private final ImmutableList<Path> lower;

    private LayerWriter(
            Path upper,
            OwnerTranslation owners,
            UnaryOperator<Instant> clamp,
            Map<String, Integer> permissions,
            List<Path> lower) {
        this.upper = upper;
        this.owners = owners;
        this.clamp = clamp;
        this.permissions = ImmutableMap.copyOf(permissions);
        this.lower = ImmutableList.copyOf(lower);
    }

    /** Writes this directory, with the owners that its files have. */
    public static LayerWriter of(Path upper) {
        LongUnaryOperator same = LongUnaryOperator.identity();
        return new LayerWriter(
                requireNonNull(upper, "upper").toAbsolutePath(),
                new OwnerTranslation(Owners.KEEP, same, same),
                UnaryOperator.identity(),
                Map.of(),
                List.of());
    }

    /** Returns the same, with owners recorded in attributes or not; where there is a record, it is what is written. */
    public LayerWriter owners(Owners owners) {
        requireNonNull(owners, "owners");
        OwnerTranslation translation = new OwnerTranslation(owners, this.owners.uids(), this.owners.gids());
        return new LayerWriter(upper, translation, clamp, permissions, lower);
    }

    /**
     * Returns the same, translating the owners that are not recorded: from the ids that files have here to those inside
     * the container.
     */
    public LayerWriter ids(LongUnaryOperator uids, LongUnaryOperator gids) {
        requireNonNull(uids, "uids");
        requireNonNull(gids, "gids");
        return new LayerWriter(upper, new OwnerTranslation(owners.owners(), uids, gids), clamp, permissions, lower);
    }

    /**
     * Returns the same, writing this time in place of later ones, so that files made at different times give the same
     * bytes.
     */
    public LayerWriter noTimeAfter(Instant latest) {
        requireNonNull(latest, "latest");
        return new LayerWriter(upper, owners, time -> time.isAfter(latest) ? latest : time, permissions, lower);
    }

    /**
     * Returns the same, writing these permissions and not those that files have here. Paths are bytes, one in each
     * character.
     */
    public LayerWriter permissions(Map<String, Integer> ofPaths) {
        return new LayerWriter(upper, owners, clamp, requireNonNull(ofPaths, "ofPaths"), lower);
    }

    /**
     * Returns the same, leaving out a directory that is as in these layers and has nothing but files that were made to
     * be mounted over in each container. Without the layers it is written, as nobody knows what it was like.
     *
     * @param lower the directories of the layers below, the lowest first
     */
    public LayerWriter onto(List<Path> lower) {
        return new LayerWriter(upper, owners, clamp, permissions, requireNonNull(lower, "lower"));
    }

    /**
     * Writes the layer. The stream stays open.
     *
     * @throws RefusedContentException if the upper directory has what a layer cannot say
     * @throws io.carrel.linux.SyscallException if a file may not be read
     * @throws IOException if the stream cannot be written, or a file changes meanwhile
     */
    public WrittenLayer write(OutputStream out, Compression compression) throws IOException {
        requireNonNull(compression, "compression");
        HashedOutput archive = new HashedOutput(requireNonNull(out, "out"));
        HashedOutput plain;
        long entries;
        try (OutputStream compressed = compression.compress(archive);
                FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor top =
                        Kernel.open("Cannot write a layer", upper.toString(), Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY))) {
            plain = new HashedOutput(compressed);
            entries = write(plain, calls, attributes, top);
        }
        return new WrittenLayer(archive.digest(), plain.digest(), archive.count(), entries);
    }

    private long write(HashedOutput plain, FileCalls calls, AttributeCalls attributes, Descriptor top)
            throws IOException {
        boolean root = ProcessStatus.current().effectiveUid() == 0;
        try (LayerEntries entries = new LayerEntries(plain, calls, owners, clamp, permissions);
                MergedDirectory below = MergedLayers.mounted(calls, attributes).open("Cannot open a layer", lower)) {
            MountPointParents parents = new MountPointParents(below, owners);
            new UpperTree(upper.toString(), root, calls, attributes, entries, parents).write(top);
            return entries.count();
        }
    }
}

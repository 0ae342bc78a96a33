package io.carrel.fs.view;

import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a directory in the form of overlayfs does. Follows no links. */
final class DirectoryScan extends SimpleFileVisitor<Path> {

    private static final String OVERLAY = "overlay.";

    private final Path directory;
    private final int layer;
    private final Budget budget;
    private final List<LayerChange> changes = new ArrayList<>();
    /** The first name of each file that has several. */
    private final Map<Object, String> names = new HashMap<>();

    DirectoryScan(Path directory, int layer, Budget budget) {
        this.directory = directory;
        this.layer = layer;
        this.budget = budget;
    }

    List<LayerChange> changes() throws IOException {
        Files.walkFileTree(directory, this);
        return changes;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes basic) throws IOException {
        Map<String, byte[]> attributes = OwnPermissions.reading(path, () -> attributes(path));
        String name = name(path, attributes);
        changes.add(new LayerChange.Describe(name, HostStat.of(path).metadata(attributes)));
        if (OwnPermissions.reading(path, () -> isOpaque(path))) {
            changes.add(new LayerChange.Clear(name));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes basic) throws IOException {
        HostStat stat = HostStat.of(path);
        Map<String, byte[]> attributes =
                basic.isRegularFile() ? OwnPermissions.reading(path, () -> attributes(path)) : Map.of();
        String name = name(path, attributes);
        if (stat.isWhiteout() || isWhiteout(path, basic)) {
            changes.add(new LayerChange.Remove(name));
            return FileVisitResult.CONTINUE;
        }
        String first = stat.links() > 1 ? names.putIfAbsent(stat.key(), name) : null;
        changes.add(
                first != null
                        ? new LayerChange.Link(name, first)
                        : new LayerChange.Put(name, node(path, basic, stat, stat.metadata(attributes))));
        return FileVisitResult.CONTINUE;
    }

    /** A directory that its owner may not list is walked through all the same. */
    @Override
    public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
        if (!(failure instanceof AccessDeniedException denied)) {
            throw failure;
        }
        OwnPermissions.readingWith(path, denied, () -> Files.walkFileTree(path, this));
        return FileVisitResult.CONTINUE;
    }

    private Node node(Path path, BasicFileAttributes basic, HostStat stat, Metadata metadata) throws IOException {
        if (basic.isSymbolicLink()) {
            String target = RawText.encode(Files.readSymbolicLink(path).toString());
            return new Node.Link(layer, metadata, target);
        }
        if (basic.isRegularFile()) {
            budget.content(directory.toString(), basic.size());
            return new Node.File(layer, metadata, new Content.HostFile(path, basic.size()));
        }
        return new Node.Special(layer, metadata, stat.type(), stat.device());
    }

    private String name(Path path, Map<String, byte[]> attributes) {
        StringBuilder name = new StringBuilder();
        for (Path part : directory.relativize(path)) {
            name.append(name.isEmpty() ? "" : "/").append(RawText.encode(part.toString()));
        }
        long held = name.length();
        for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
            held += attribute.getKey().length() + attribute.getValue().length;
        }
        budget.entry(directory.toString(), held);
        return name.toString();
    }

    /** Since Linux 6.7 an empty file with an attribute is a deletion, too, where a user namespace may make no device. */
    private static boolean isWhiteout(Path path, BasicFileAttributes basic) throws IOException {
        UserDefinedFileAttributeView view = basic.isRegularFile() && basic.size() == 0 ? view(path) : null;
        return view != null && view.list().contains(OVERLAY + "whiteout");
    }

    private boolean isOpaque(Path path) throws IOException {
        byte[] value = value(path, OVERLAY + "opaque");
        return value != null && value.length == 1 && value[0] == 'y';
    }

    /** What Java reads of extended attributes: those of the namespace {@code user}, without overlayfs' own. */
    private Map<String, byte[]> attributes(Path path) throws IOException {
        UserDefinedFileAttributeView view = view(path);
        if (view == null) {
            return Map.of();
        }
        Map<String, byte[]> attributes = new HashMap<>();
        for (String name : view.list()) {
            if (name.equals(OVERLAY + "redirect") || name.equals(OVERLAY + "metacopy")) {
                throw new RefusedContentException(
                        path.toString(), "", "it stands for a file of another layer (user." + name + ")", null);
            }
            byte[] value = name.startsWith(OVERLAY) ? null : value(path, name);
            if (value != null) {
                attributes.put(RawText.encode("user." + name), value);
            }
        }
        return Map.copyOf(attributes);
    }

    private byte @Nullable [] value(Path path, String name) throws IOException {
        UserDefinedFileAttributeView view = view(path);
        if (view == null || !view.list().contains(name)) {
            return null;
        }
        ByteBuffer value = ByteBuffer.allocate(view.size(name));
        view.read(name, value);
        return value.array();
    }

    private static @Nullable UserDefinedFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}

package io.carrel.images.view;

import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what a directory in the form of overlayfs does. Follows no links. */
final class DirectoryScan extends SimpleFileVisitor<Path> {

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
        HostAttributes all = OwnPermissions.reading(path, () -> HostAttributes.of(path, true));
        Map<String, byte[]> attributes = ofTheFile(path, all);
        String name = name(path, attributes);
        changes.add(new LayerChange.Describe(name, HostStat.of(path).metadata(attributes)));
        if (OverlayMarks.ANY.isOpaque(all)) {
            changes.add(new LayerChange.Clear(name));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes basic) throws IOException {
        HostStat stat = HostStat.of(path);
        HostAttributes all = basic.isRegularFile()
                ? OwnPermissions.reading(path, () -> HostAttributes.of(path, false))
                : HostAttributes.NONE;
        Map<String, byte[]> attributes = ofTheFile(path, all);
        String name = name(path, attributes);
        if (stat.isWhiteout() || basic.isRegularFile() && basic.size() == 0 && OverlayMarks.ANY.isWhiteout(all)) {
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

    /** Without overlayfs' own, as raw text. */
    private static Map<String, byte[]> ofTheFile(Path path, HostAttributes all) {
        if (OverlayMarks.ANY.isIncomplete(all)) {
            throw new RefusedContentException(
                    path.toString(), "", "a part of it is in another layer, as its attributes of overlayfs say", null);
        }
        Map<String, byte[]> attributes = new HashMap<>();
        all.values().forEach((name, value) -> {
            if (!OverlayMarks.isOverlays(name)) {
                attributes.put(RawText.encode(name), value);
            }
        });
        return Map.copyOf(attributes);
    }
}

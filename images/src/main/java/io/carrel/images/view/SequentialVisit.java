package io.carrel.images.view;

import io.carrel.fs.spi.TarEntry;
import io.carrel.images.archive.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Visits files in the order of the archives. */
final class SequentialVisit {

    private final ImageFileSystem fileSystem;
    private final List<ArchiveBytes> archives;
    /** For each archive where contents begin, and whose they are. */
    private final Map<ArchiveBytes, Map<Long, ImagePath>> wanted = new HashMap<>();
    /** Without a place in an archive: empty files, and those of the host. */
    private final Map<ImagePath, Content> others = new HashMap<>();

    private final List<ImagePath> order = new ArrayList<>();

    SequentialVisit(ImageFileSystem fileSystem, ImageTree tree, List<ArchiveBytes> archives) {
        this.fileSystem = fileSystem;
        this.archives = archives;
        Set<Node> seen = new HashSet<>();
        forEachFile(tree, (path, file) -> {
            if (seen.add(file)) {
                want(ImagePath.of(fileSystem, path), file.content());
            }
        });
    }

    private interface Files {
        void file(String path, Node.File file);
    }

    private static void forEachFile(ImageTree tree, Files files) {
        record Step(String path, Folder folder) {}
        Deque<Step> steps = new ArrayDeque<>();
        steps.push(new Step("", tree.root()));
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            step.folder().children().forEach((name, node) -> {
                String path = step.path() + "/" + name;
                if (node instanceof Folder folder) {
                    steps.push(new Step(path, folder));
                } else if (node instanceof Node.File file) {
                    files.file(path, file);
                }
            });
        }
    }

    /** What all files have together, each counted once. */
    static long contentBytes(ImageTree tree) {
        long[] total = {0};
        forEachFile(tree, (path, file) -> total[0] += file.size() / file.links);
        return total[0];
    }

    private void want(ImagePath path, Content content) {
        if (content instanceof Content.Piece piece && piece.size() > 0) {
            want(piece.archive(), piece.position(), path);
        } else if (content instanceof Content.Sparse sparse && !sparse.extents().isEmpty()) {
            want(sparse.archive(), sparse.extents().get(0).position(), path);
        } else {
            others.put(path, content);
            order.add(path);
        }
    }

    private void want(ArchiveBytes archive, long position, ImagePath path) {
        wanted.computeIfAbsent(archive, key -> new HashMap<>()).put(position, path);
    }

    void run(FileVisit visitor) throws IOException {
        for (ImagePath path : order) {
            Content content = others.get(path);
            if (content != null) {
                try (InputStream in = Channels.newInputStream(content.open())) {
                    visitor.visit(path, in);
                }
            }
        }
        for (ArchiveBytes archive : archives) {
            Map<Long, ImagePath> here = wanted.get(archive);
            if (here != null) {
                visit(archive, here, visitor);
            }
        }
    }

    private void visit(ArchiveBytes archive, Map<Long, ImagePath> here, FileVisit visitor) throws IOException {
        int left = here.size();
        try (TarReader reader = archive.reader(archive.stream())) {
            for (TarEntry entry = reader.next(); entry != null && left > 0; entry = reader.next()) {
                fileSystem.checkOpen();
                @Nullable ImagePath path = entry.content().extents().isEmpty()
                        ? null
                        : here.get(entry.content().extents().get(0).position());
                if (path != null) {
                    left--;
                    visitor.visit(path, reader.content(entry));
                }
            }
        }
    }
}

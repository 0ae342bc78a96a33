package io.carrel.images;

import com.google.common.base.Splitter;
import io.carrel.images.layers.Digest;
import io.carrel.images.layers.LayerLimits;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * The files of an archive of images. Each goes into the workspace as a blob while the archive is read, so that the
 * archive can be a stream, whatever the order of its entries, and nothing is written twice. Not thread-safe.
 */
final class ArchiveFiles {

    private static final Pattern BLOB = Pattern.compile("blobs/sha256/([0-9a-f]{64})");
    private static final int MOST_LINKS = 10;

    private final String source;
    private final Workspace workspace;
    private final Map<String, Digest> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    private ArchiveFiles(String source, Workspace workspace) {
        this.source = source;
        this.workspace = workspace;
    }

    /** Reads the archive to its end; blobs that are named by a digest must have it. */
    static ArchiveFiles read(InputStream archive, String source, Workspace workspace, LayerLimits limits)
            throws IOException {
        ArchiveFiles files = new ArchiveFiles(source, workspace);
        try (Tarball tar = new Tarball(archive, source, limits)) {
            for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
                files.add(entry, tar.content());
            }
        }
        return files;
    }

    private void add(TarArchiveEntry entry, InputStream content) throws IOException {
        String name = normal("", entry.getName());
        if (entry.isDirectory() || entry.isGlobalPaxHeader()) {
            return;
        }
        if (entry.isSymbolicLink() || entry.isLink()) {
            String from = entry.isLink() ? "" : name.substring(0, name.lastIndexOf('/') + 1);
            links.put(name, normal(from, entry.getLinkName()));
        } else if (entry.isFile() && !entry.isSparse()) {
            files.put(name, addFile(name, content));
        } else {
            throw refuse(name, "only files, directories and links are expected here");
        }
    }

    private Digest addFile(String name, InputStream content) throws IOException {
        Matcher blob = BLOB.matcher(name);
        if (!blob.matches()) {
            return workspace.add(content);
        }
        Digest digest = new Digest(blob.group(1));
        if (!workspace.has(digest)) {
            workspace.add(digest, content, source, name);
        }
        return digest;
    }

    /** Names are keys here, and never become names of files. */
    private String normal(String directory, String name) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : Splitter.on('/').omitEmptyStrings().split(directory + name)) {
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    throw refuse(name, "it leads out of the archive");
                }
            } else if (!part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    /** The blob that a file became, also if a link leads to it. */
    Optional<Digest> find(String name) {
        String current = normal("", name);
        for (int i = 0; i < MOST_LINKS; i++) {
            String next = links.get(current);
            if (next == null || files.containsKey(current)) {
                return Optional.ofNullable(files.get(current));
            }
            current = next;
        }
        throw refuse(name, "it is a link to a link, more than %d times".formatted(MOST_LINKS));
    }

    /** What is not there, by name or as what a link leads to. */
    String missing(String name) {
        String current = normal("", name);
        String next = links.get(current);
        while (next != null && links.containsKey(next)) {
            next = links.get(next);
        }
        return next == null
                ? "the archive has no file \"%s\"".formatted(name)
                : "\"%s\" is a link to \"%s\", which the archive does not have".formatted(name, next);
    }

    /** A file's content. */
    Optional<byte[]> content(String name) throws IOException {
        Optional<Digest> digest = find(name);
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(workspace.read(Descriptor.of("", digest.get(), size(digest.get()))));
    }

    long size(Digest digest) throws IOException {
        return workspace.size(digest).orElseThrow();
    }

    String source() {
        return source;
    }

    Workspace workspace() {
        return workspace;
    }

    RefusedContentException refuse(String place, String reason) {
        return new RefusedContentException(source, place, reason, null);
    }
}

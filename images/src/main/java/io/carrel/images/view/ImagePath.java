package io.carrel.images.view;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A path in an image: names with slashes between them on every host. Behaves as paths on Linux do. Immutable. */
final class ImagePath implements Path {

    private final ImageFileSystem fileSystem;
    /** One char per byte, no slashes in a row, none at the end but for the root. */
    private final String raw;

    private ImagePath(ImageFileSystem fileSystem, String raw) {
        this.fileSystem = fileSystem;
        this.raw = raw;
    }

    static ImagePath of(ImageFileSystem fileSystem, String raw) {
        StringBuilder clean = null;
        for (int i = 0; i < raw.length(); i++) {
            boolean needless = raw.charAt(i) == '/' && i > 0 && (raw.charAt(i - 1) == '/' || i == raw.length() - 1);
            if (needless && clean == null) {
                clean = new StringBuilder(raw.length()).append(raw, 0, i);
            } else if (!needless && clean != null) {
                clean.append(raw.charAt(i));
            }
        }
        String text = clean == null ? raw : clean.toString();
        boolean slashLeft = text.length() > 1 && text.endsWith("/");
        return new ImagePath(fileSystem, slashLeft ? text.substring(0, text.length() - 1) : text);
    }

    static ImagePath of(Path path) {
        if (requireNonNull(path) instanceof ImagePath own) {
            return own;
        }
        throw new ProviderMismatchException(path + " is a path of " + path.getFileSystem());
    }

    String raw() {
        return raw;
    }

    /** From the root; relative paths count from there, too. */
    String absolute() {
        return isAbsolute() ? raw : "/" + raw;
    }

    @Override
    public ImageFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return raw.startsWith("/");
    }

    @Override
    @SuppressWarnings("NullAway") // Path has no annotations; null means that there is none
    public ImagePath getRoot() {
        return isAbsolute() ? path("/") : null;
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public ImagePath getFileName() {
        return raw.equals("/") ? null : path(raw.substring(raw.lastIndexOf('/') + 1));
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public ImagePath getParent() {
        int slash = raw.lastIndexOf('/');
        if (slash > 0) {
            return path(raw.substring(0, slash));
        }
        return slash == 0 && raw.length() > 1 ? path("/") : null;
    }

    /** The empty path has one name, which is empty; the root has none. */
    List<String> names() {
        if (raw.equals("/")) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        int from = isAbsolute() ? 1 : 0;
        for (int slash = raw.indexOf('/', from); slash >= 0; slash = raw.indexOf('/', from)) {
            names.add(raw.substring(from, slash));
            from = slash + 1;
        }
        names.add(raw.substring(from));
        return names;
    }

    @Override
    public int getNameCount() {
        return names().size();
    }

    @Override
    public ImagePath getName(int index) {
        List<String> names = names();
        if (index < 0 || index >= names.size()) {
            throw new IllegalArgumentException("\"%s\" has no name %d".formatted(this, index));
        }
        return path(names.get(index));
    }

    @Override
    public ImagePath subpath(int beginIndex, int endIndex) {
        List<String> names = names();
        if (beginIndex < 0 || endIndex > names.size() || beginIndex >= endIndex) {
            throw new IllegalArgumentException("\"%s\" has no names %d to %d".formatted(this, beginIndex, endIndex));
        }
        return path(String.join("/", names.subList(beginIndex, endIndex)));
    }

    @Override
    public boolean startsWith(Path other) {
        if (!(requireNonNull(other) instanceof ImagePath path)
                || path.fileSystem != fileSystem
                || path.isAbsolute() != isAbsolute()) {
            return false;
        }
        List<String> names = names();
        List<String> first = path.names();
        return first.size() <= names.size() && names.subList(0, first.size()).equals(first);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(requireNonNull(other) instanceof ImagePath path) || path.fileSystem != fileSystem) {
            return false;
        }
        if (path.isAbsolute()) {
            return path.raw.equals(raw);
        }
        List<String> names = names();
        List<String> last = path.names();
        return last.size() <= names.size()
                && names.subList(names.size() - last.size(), names.size()).equals(last);
    }

    @Override
    public ImagePath normalize() {
        List<String> kept = new ArrayList<>();
        for (String name : names()) {
            boolean up = name.equals("..");
            boolean namesBefore = !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..");
            if (up && namesBefore) {
                kept.remove(kept.size() - 1);
            } else if (up ? !isAbsolute() : !name.equals(".") && !name.isEmpty()) {
                kept.add(name);
            }
        }
        return path((isAbsolute() ? "/" : "") + String.join("/", kept));
    }

    @Override
    public ImagePath resolve(Path other) {
        ImagePath path = of(other);
        if (path.isAbsolute() || raw.isEmpty()) {
            return path;
        }
        if (path.raw.isEmpty()) {
            return this;
        }
        return path(raw.endsWith("/") ? raw + path.raw : raw + "/" + path.raw);
    }

    @Override
    public ImagePath relativize(Path other) {
        ImagePath child = of(other);
        if (child.equals(this)) {
            return path("");
        }
        if (child.isAbsolute() != isAbsolute()) {
            throw new IllegalArgumentException(
                    "one of \"%s\" and \"%s\" is absolute, the other is not".formatted(this, child));
        }
        if (raw.isEmpty()) {
            return child;
        }
        boolean plain = !hasDots() && !child.hasDots();
        List<String> from = (plain ? this : normalize()).namesWithoutEmpty();
        List<String> to = (plain ? child : child.normalize()).namesWithoutEmpty();
        int same = 0;
        while (same < from.size() && same < to.size() && from.get(same).equals(to.get(same))) {
            same++;
        }
        List<String> up = from.subList(same, from.size());
        if (up.contains("..")) {
            throw new IllegalArgumentException("nobody knows where \"%s\" is from \"%s\"".formatted(child, this));
        }
        List<String> way = new ArrayList<>(Collections.nCopies(up.size(), ".."));
        way.addAll(to.subList(same, to.size()));
        return path(String.join("/", way));
    }

    private boolean hasDots() {
        List<String> names = names();
        return names.contains(".") || names.contains("..");
    }

    private List<String> namesWithoutEmpty() {
        return raw.isEmpty() ? List.of() : names();
    }

    @Override
    public URI toUri() {
        return ImageUris.of(this);
    }

    @Override
    public ImagePath toAbsolutePath() {
        return isAbsolute() ? this : path(absolute());
    }

    @Override
    public ImagePath toRealPath(LinkOption... options) throws IOException {
        return path(fileSystem.find(this, ImageFileSystem.follows(options)).path());
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("an image does not change");
    }

    @Override
    public int compareTo(Path other) {
        return raw.compareTo(((ImagePath) other).raw);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImagePath path && path.fileSystem == fileSystem && path.raw.equals(raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    @Override
    public String toString() {
        return RawText.decode(raw);
    }

    private ImagePath path(String text) {
        return new ImagePath(fileSystem, text);
    }
}

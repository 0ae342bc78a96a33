package io.carrel.images.view;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * {@code carrel-image:3!/etc/passwd} is a file of the third image that this JVM opened, while it is open; in place of
 * the number stands the name of an image that was opened by a URI. Names of files are percent-coded bytes. Thread-safe.
 */
final class ImageUris {

    static final String SCHEME = "carrel-image";

    private static final String PLAIN =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/";

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private static final Map<String, WeakReference<ImageFileSystem>> OPEN = new ConcurrentHashMap<>();
    /** Those that were opened by a URI stay when nobody has them: the URI finds them. */
    private static final Map<String, ImageFileSystem> NAMED = new ConcurrentHashMap<>();

    private static final Set<String> OPENING = ConcurrentHashMap.newKeySet();

    private ImageUris() {}

    static void opened(ImageFileSystem fileSystem) {
        OPEN.put(fileSystem.name(), new WeakReference<>(fileSystem));
    }

    static void closed(ImageFileSystem fileSystem) {
        OPEN.remove(fileSystem.name());
        NAMED.remove(fileSystem.name());
    }

    /** Opens an image by the URI's name, which nobody else may have. */
    static ImageFileSystem open(URI uri, List<LayerSource> layers, ViewLimits limits) throws IOException {
        String name = name(uri);
        checkArgument(
                !NUMBER.matcher(name).matches(),
                "%s: a number is the name of an image that ImageFileSystem.open opened; choose another name",
                uri);
        if (!OPENING.add(name)) {
            throw new FileSystemAlreadyExistsException(SCHEME + ":" + name);
        }
        try {
            if (NAMED.containsKey(name)) {
                throw new FileSystemAlreadyExistsException(SCHEME + ":" + name);
            }
            ImageFileSystem fileSystem = ImageFileSystem.open(name, layers, limits);
            NAMED.put(name, fileSystem);
            return fileSystem;
        } finally {
            OPENING.remove(name);
        }
    }

    /** What stands in front of the path, which may be left out. */
    static String name(URI uri) {
        String rest = uri.getRawSchemeSpecificPart();
        int mark = rest.indexOf('!');
        String name = mark < 0 ? rest : rest.substring(0, mark);
        checkArgument(
                SCHEME.equalsIgnoreCase(uri.getScheme())
                        && !name.isEmpty()
                        && (mark < 0 || rest.startsWith("!/", mark)),
                "an image is written %s:NAME, and a path in it %s:NAME!/PATH, not %s",
                SCHEME,
                SCHEME,
                uri);
        return name;
    }

    static URI of(ImagePath path) {
        StringBuilder text =
                new StringBuilder(SCHEME + ":" + path.getFileSystem().name() + "!");
        for (byte b : path.absolute().getBytes(ISO_8859_1)) {
            char c = (char) (b & 0xff);
            if (PLAIN.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append("%%%02X".formatted((int) c));
            }
        }
        return URI.create(text.toString());
    }

    static ImageFileSystem fileSystem(URI uri) {
        String name = name(uri);
        WeakReference<ImageFileSystem> known = OPEN.get(name);
        ImageFileSystem fileSystem = known == null ? NAMED.get(name) : known.get();
        if (fileSystem == null) {
            throw new FileSystemNotFoundException(uri + " names no image that is open");
        }
        return fileSystem;
    }

    static ImagePath path(URI uri) {
        String rest = uri.getRawSchemeSpecificPart();
        ImageFileSystem fileSystem = fileSystem(uri);
        checkArgument(
                rest.indexOf('!') > 0 && rest.chars().allMatch(c -> c < 0x80),
                "a path in an image is written %s:NAME!/PATH, not %s",
                SCHEME,
                uri);
        String coded = rest.substring(rest.indexOf('!') + 1);
        StringBuilder raw = new StringBuilder(coded.length());
        for (int i = 0; i < coded.length(); i++) {
            char c = coded.charAt(i);
            if (c == '%') {
                // URI has checked that two hexadecimal digits follow.
                raw.append((char) Integer.parseInt(coded, i + 1, i + 3, 16));
                i += 2;
            } else {
                raw.append(c);
            }
        }
        return ImagePath.of(fileSystem, raw.toString());
    }
}

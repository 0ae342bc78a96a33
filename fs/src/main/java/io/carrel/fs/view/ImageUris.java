package io.carrel.fs.view;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** {@code carrel-image:3!/etc/passwd}: the third image that this JVM opened, while it is open. Names are percent-coded bytes. */
final class ImageUris {

    static final String SCHEME = "carrel-image";

    private static final String PLAIN =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/";

    private static final Map<Long, WeakReference<ImageFileSystem>> OPEN = new ConcurrentHashMap<>();

    private ImageUris() {}

    static void opened(ImageFileSystem fileSystem) {
        OPEN.put(fileSystem.number(), new WeakReference<>(fileSystem));
    }

    static void closed(ImageFileSystem fileSystem) {
        OPEN.remove(fileSystem.number());
    }

    static URI of(ImagePath path) {
        StringBuilder text =
                new StringBuilder(SCHEME + ":" + path.getFileSystem().number() + "!");
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
        String rest = rest(uri);
        long number = Long.parseLong(rest.substring(0, rest.indexOf('!')));
        WeakReference<ImageFileSystem> known = OPEN.get(number);
        ImageFileSystem fileSystem = known == null ? null : known.get();
        if (fileSystem == null) {
            throw new FileSystemNotFoundException(uri + " names no image that is open");
        }
        return fileSystem;
    }

    static ImagePath path(URI uri) {
        String rest = rest(uri);
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
        return ImagePath.of(fileSystem(uri), raw.toString());
    }

    private static String rest(URI uri) {
        String rest = uri.getRawSchemeSpecificPart();
        checkArgument(
                SCHEME.equalsIgnoreCase(uri.getScheme()) && rest.matches("[0-9]{1,18}!/\\p{ASCII}*"),
                "a path in an image is written %s:NUMBER!/PATH, not %s",
                SCHEME,
                uri);
        return rest;
    }
}

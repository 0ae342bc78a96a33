package io.carrel.fs.overlay;

import com.google.common.collect.ImmutableList;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;

/**
 * The extended attributes by which overlayfs says what a file of a layer means: those of the mount option
 * {@code userxattr}, or of root's mounts without it. Needs nothing of Linux. Immutable.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay filesystem, whiteouts and opaque
 *     directories</a>
 */
public enum OverlayMarks {
    /** As Carrel mounts layers: with {@code userxattr}, where the kernel takes no other mark for one. */
    MOUNTED("user.overlay."),
    /**
     * Of whoever wrote the layer, as other engines mount without that option. An ordinary user sees only those of
     * {@link #MOUNTED}.
     */
    ANY("user.overlay.", "trusted.overlay.");

    /** The attribute of a directory that hides what lies below it, as Carrel mounts layers. */
    public static final String OPAQUE = MOUNTED.prefixes.get(0) + "opaque";

    private final ImmutableList<String> prefixes;

    OverlayMarks(String... prefixes) {
        this.prefixes = ImmutableList.copyOf(prefixes);
    }

    /** A file's attributes. */
    public interface Attributes {

        /** Their names, with the namespace in front. */
        Collection<String> names();

        /** The content of one that is there. */
        byte[] value(String name);
    }

    /** Returns whether an attribute belongs to overlayfs, whatever mounts it, and is no part of the file. */
    public static boolean isOverlays(String attribute) {
        return ANY.prefixes.stream().anyMatch(attribute::startsWith);
    }

    /**
     * Returns whether a directory hides what lies below it; {@code x} only says that it may have whiteouts of
     * {@link #isWhiteout}.
     */
    public boolean isOpaque(Attributes attributes) {
        return find(attributes, "opaque")
                .map(name -> new String(attributes.value(name), StandardCharsets.ISO_8859_1))
                .filter("y"::equals)
                .isPresent();
    }

    /**
     * Returns whether an empty regular file stands for a deletion, since Linux 6.7: for those who may make no device
     * 0:0.
     */
    public boolean isWhiteout(Attributes attributes) {
        return find(attributes, "whiteout").isPresent();
    }

    /** Returns whether a part of a file, or of what is in a directory, is in a lower layer under another name. */
    public boolean isIncomplete(Attributes attributes) {
        return find(attributes, "redirect").isPresent()
                || find(attributes, "metacopy").isPresent();
    }

    /** Returns whether it, or what it replaces, was in a lower layer. */
    public boolean isCopiedUp(Attributes attributes) {
        return find(attributes, "origin").isPresent();
    }

    private Optional<String> find(Attributes attributes, String mark) {
        Collection<String> names = attributes.names();
        return prefixes.stream()
                .map(prefix -> prefix + mark)
                .filter(names::contains)
                .findFirst();
    }
}

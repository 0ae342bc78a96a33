package io.carrel.images.archive;

import java.util.function.Function;

/**
 * Where in the layer's tree an entry belongs. The text holds bytes, one in each character. Immutable.
 *
 * @param parent the components of its directory, joined by slashes; empty for the root
 * @param name the last component; empty for the root itself
 */
public record EntryName(String parent, String name) {

    /** Stands in front of a name that is deleted. */
    public static final String WHITEOUT = ".wh.";
    /** Says that its directory hides what lower layers have there. */
    public static final String OPAQUE = ".wh..wh..opq";
    /** Notes that aufs keeps in the roots of its layers; old archives still have them. */
    private static final String AUFS = ".wh..wh.";

    private static final int LONGEST_COMPONENT = 255;
    private static final int LONGEST = 4095;

    /**
     * Reads a name of an archive. Leading slashes, empty components and single dots mean nothing; what climbs is
     * refused.
     *
     * @param refusal makes the error from its reason
     */
    public static EntryName parse(String raw, Function<String, RuntimeException> refusal) {
        if (raw.length() > LONGEST) {
            throw refusal.apply("the name has " + raw.length() + " bytes, more than the kernel's " + LONGEST);
        }
        StringBuilder parent = new StringBuilder(raw.length());
        String name = "";
        for (int start = 0; start < raw.length(); ) {
            int slash = raw.indexOf('/', start);
            int end = slash < 0 ? raw.length() : slash;
            if (end > start && !(end == start + 1 && raw.charAt(start) == '.')) {
                append(parent, name);
                name = checked(raw.substring(start, end), refusal);
            }
            start = end + 1;
        }
        return new EntryName(parent.toString(), name);
    }

    private static void append(StringBuilder parent, String component) {
        if (!parent.isEmpty()) {
            parent.append('/');
        }
        parent.append(component);
    }

    private static String checked(String component, Function<String, RuntimeException> refusal) {
        if (component.equals("..")) {
            throw refusal.apply("the name leads upwards");
        }
        if (component.length() > LONGEST_COMPONENT) {
            throw refusal.apply("a component of the name has " + component.length() + " bytes, more than the kernel's "
                    + LONGEST_COMPONENT);
        }
        if (component.indexOf('\0') >= 0) {
            throw refusal.apply("the name has a NUL byte");
        }
        return component;
    }

    /** Whether it is the layer's root itself. */
    public boolean isRoot() {
        return name.isEmpty();
    }

    /** All components, joined by slashes. */
    public String path() {
        return parent.isEmpty() ? name : parent + "/" + name;
    }

    /** Whether the entry says that its directory hides what lower layers have there. */
    public boolean isOpaque() {
        return name.equals(OPAQUE);
    }

    /** Whether the entry is a note of aufs, which means nothing elsewhere. */
    public boolean isAufsNote() {
        return !isOpaque() && (name.startsWith(AUFS) || hasComponent(parent, AUFS));
    }

    /** Whether the entry deletes what lower layers have. */
    public boolean isWhiteout() {
        return name.startsWith(WHITEOUT);
    }

    /** Whether the directory's own name would be a deletion. */
    public boolean liesInWhiteout() {
        return hasComponent(parent, WHITEOUT);
    }

    private static boolean hasComponent(String path, String prefix) {
        return path.startsWith(prefix) || path.contains("/" + prefix);
    }

    /** What a deletion is about. */
    public String deleted(Function<String, RuntimeException> refusal) {
        String deleted = name.substring(WHITEOUT.length());
        if (deleted.isEmpty() || deleted.equals(".") || deleted.equals("..")) {
            throw refusal.apply("the deletion names no file");
        }
        return deleted;
    }
}

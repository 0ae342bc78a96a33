package io.carrel.images.layers;

/**
 * Where in the layer's tree an entry belongs. The text holds bytes, one in each character. Immutable.
 *
 * @param parent the components of its directory, joined by slashes; empty for the root
 * @param name the last component; empty for the root itself
 */
record EntryName(String parent, String name) {

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    /** Notes that aufs keeps in the roots of its layers; old archives still have them. */
    private static final String AUFS = ".wh..wh.";

    private static final int LONGEST_COMPONENT = 255;
    private static final int LONGEST = 4095;

    /** Leading slashes, empty components and single dots mean nothing; what climbs is refused. */
    static EntryName parse(String raw, Refusal refusal) {
        if (raw.length() > LONGEST) {
            throw refusal.because("the name has " + raw.length() + " bytes, more than the kernel's " + LONGEST);
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

    private static String checked(String component, Refusal refusal) {
        if (component.equals("..")) {
            throw refusal.because("the name leads upwards");
        }
        if (component.length() > LONGEST_COMPONENT) {
            throw refusal.because("a component of the name has " + component.length()
                    + " bytes, more than the kernel's " + LONGEST_COMPONENT);
        }
        if (component.indexOf('\0') >= 0) {
            throw refusal.because("the name has a NUL byte");
        }
        return component;
    }

    boolean isRoot() {
        return name.isEmpty();
    }

    /** All components, joined by slashes. */
    String path() {
        return parent.isEmpty() ? name : parent + "/" + name;
    }

    /** Whether the entry says that its directory hides what lower layers have there. */
    boolean isOpaque() {
        return name.equals(OPAQUE);
    }

    /** Whether the entry is a note of aufs, which means nothing elsewhere. */
    boolean isAufsNote() {
        return !isOpaque() && (name.startsWith(AUFS) || hasComponent(parent, AUFS));
    }

    /** Whether the entry deletes what lower layers have. */
    boolean isWhiteout() {
        return name.startsWith(WHITEOUT);
    }

    /** Whether the directory's own name would be a deletion. */
    boolean liesInWhiteout() {
        return hasComponent(parent, WHITEOUT);
    }

    private static boolean hasComponent(String path, String prefix) {
        return path.startsWith(prefix) || path.contains("/" + prefix);
    }

    /** What a deletion is about. */
    String deleted(Refusal refusal) {
        String deleted = name.substring(WHITEOUT.length());
        if (deleted.isEmpty() || deleted.equals(".") || deleted.equals("..")) {
            throw refusal.because("the deletion names no file");
        }
        return deleted;
    }
}

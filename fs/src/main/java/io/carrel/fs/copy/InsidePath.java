package io.carrel.fs.copy;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * A path in a container, as bytes: the directory that its last name lies in, and that name. Immutable.
 *
 * @param parent from the root on
 * @param name a dot where the path ends with a slash, a dot or two dots, and so means a directory's content
 */
record InsidePath(String text, String parent, String name) {

    static InsidePath of(String path) {
        checkArgument(path.startsWith("/"), "a path in a container must be absolute, was \"%s\"", path);
        checkArgument(path.indexOf('\0') < 0, "a path must not contain a NUL character");
        return ofBytes(Names.bytes(path));
    }

    private static InsidePath ofBytes(String text) {
        int slash = text.lastIndexOf('/');
        String name = text.substring(slash + 1);
        return name.isEmpty() || Names.isDots(name)
                ? new InsidePath(text, text, ".")
                : new InsidePath(text, text.substring(0, slash + 1), name);
    }

    /** Whether the path can only be that of a directory. */
    boolean isDirectory() {
        return name.equals(".");
    }

    /** The same without the slashes and dots at its end that say that it is a directory's. */
    InsidePath withoutEnd() {
        String stripped = text;
        while (stripped.endsWith("/") || stripped.endsWith("/.")) {
            stripped = stripped.substring(0, stripped.lastIndexOf('/'));
        }
        return ofBytes(stripped.isEmpty() ? "/" : stripped);
    }

    /** Where a link of this name leads. */
    InsidePath linked(String target) {
        return ofBytes(target.startsWith("/") ? target : parent + target);
    }

    /** The last name before slashes at the end; a dot, which means the content, for the root and for dots. */
    String lastName() {
        String stripped = text.replaceAll("/+$", "");
        String last = stripped.substring(stripped.lastIndexOf('/') + 1);
        return last.isEmpty() || Names.isDots(last) ? "." : last;
    }
}

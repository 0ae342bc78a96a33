package io.carrel.fs.copy;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.CharMatcher;
import io.carrel.fs.internal.Glob;
import java.util.regex.Pattern;

/**
 * A glob for absolute paths in a container.
 *
 * @param directory the last directory without a wildcard, as bytes, with a slash at its end
 * @param pattern for the whole path, as text
 */
record GlobPath(String text, String directory, Pattern pattern) {

    private static final CharMatcher WILD = CharMatcher.anyOf("*?[{\\");

    static GlobPath of(String glob) {
        checkArgument(glob.startsWith("/"), "a glob for paths in a container must be absolute, was \"%s\"", glob);
        checkArgument(
                !glob.contains("/../") && !glob.contains("/./") && !glob.contains("//"),
                "a glob must have no empty parts, . or .. in it, was \"%s\"",
                glob);
        int wild = WILD.indexIn(glob);
        String fixed = wild < 0 ? glob : glob.substring(0, wild);
        String directory = fixed.substring(0, fixed.lastIndexOf('/') + 1);
        // Any number of directories may also be none; a literal dot has a backslash before it, so nothing else looks
        // so.
        String regex = Glob.compile(glob).pattern().replace("/.*/", "/(?:.*/)?");
        return new GlobPath(glob, Names.bytes(directory), Pattern.compile(regex, Pattern.DOTALL));
    }

    /** Whether the file below the directory matches; both as bytes. */
    boolean matches(String below) {
        return pattern.matcher(Names.shown(directory + below)).matches();
    }
}

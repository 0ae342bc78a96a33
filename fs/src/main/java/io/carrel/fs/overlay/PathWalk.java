package io.carrel.fs.overlay;

import com.google.common.base.Splitter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The names of a path that are still to be gone through, while links among them are followed. A slash at the end counts
 * as a dot: what it follows is a directory. Needs nothing of Linux. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/path_resolution.7.html">path_resolution(7)</a>
 */
public final class PathWalk {

    /** As many links as the kernel follows for one path. */
    public static final int MOST_LINKS = 40;

    private static final Splitter NAMES = Splitter.on('/').omitEmptyStrings();

    private final Deque<String> left = new ArrayDeque<>();
    private int links;

    /** Begins with all names of a path. */
    public PathWalk(String path) {
        push(path);
    }

    /** Tells whether there are names left. */
    public boolean hasNext() {
        return !left.isEmpty();
    }

    /** Takes the next name, which may be a dot or two. */
    public String next() {
        return left.pop();
    }

    /** Goes on with where a link leads, and then with the names that are left; false if that is one link too many. */
    public boolean follow(String target) {
        links++;
        if (links > MOST_LINKS) {
            return false;
        }
        push(target);
        return true;
    }

    /** Returns the names that are left. */
    public List<String> left() {
        return List.copyOf(left);
    }

    /** Returns how many are left. */
    public int size() {
        return left.size();
    }

    private void push(String path) {
        if (path.endsWith("/")) {
            left.push(".");
        }
        List<String> names = NAMES.splitToList(path);
        for (int i = names.size() - 1; i >= 0; i--) {
            left.push(names.get(i));
        }
    }
}

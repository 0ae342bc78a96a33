package io.carrel.internal;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import io.carrel.User;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.MergedFile;
import io.carrel.linux.Printable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The users and groups that an image knows, by its {@code /etc/passwd} and {@code /etc/group}. Immutable.
 *
 * @param layers the directories of its layers, the lowest first
 */
record ImageUsers(List<Path> layers) {

    private static final Splitter FIELDS = Splitter.on(':');
    private static final Splitter MEMBERS = Splitter.on(',').trimResults();
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final int MOST_GROUPS = 1000;
    private static final int LARGEST_FILE = 16 << 20;

    /** The files that the root of a container has before anything is mounted into it. */
    static ImageUsers of(RootFs root) {
        if (root instanceof Overlay overlay) {
            List<Path> layers = new ArrayList<>();
            overlay.lower().forEach(layer -> layers.add(layer.path()));
            overlay.upper()
                    .directory()
                    .ifPresent(changes -> layers.add(changes.path().resolve("upper")));
            return new ImageUsers(layers);
        }
        if (root instanceof RootFs.Directory directory) {
            return new ImageUsers(List.of(directory.path().path()));
        }
        return new ImageUsers(root instanceof RootFs.Empty ? List.of() : List.of(Path.of("/")));
    }

    /**
     * Reads {@code USER} or {@code USER:GROUP}, each a name or a number; digits are a number, whatever the names are. No user is
     * root. A user without a group has that of /etc/passwd, and is in all groups that list it. Others than root have their own
     * group among the others, too, so that a program of another group cannot take it from them.
     */
    User find(String text) {
        List<String> parts = FIELDS.limit(2).splitToList(text);
        String user = parts.get(0).isEmpty() ? "0" : parts.get(0);
        Optional<List<String>> known = line("passwd", user);
        long uid = known.map(line -> number(line.get(2), text)).orElseGet(() -> number(user, text));
        boolean groupGiven = parts.size() > 1 && !parts.get(1).isEmpty();
        long gid = groupGiven
                ? group(parts.get(1), text)
                : known.map(line -> number(line.get(3), text)).orElse(0L);
        Set<Long> groups = new HashSet<>(uid == 0 ? Set.of() : Set.of(gid));
        if (!groupGiven) {
            known.ifPresent(line -> groups.addAll(groupsOf(line.get(0))));
        }
        groups.removeIf(id -> uid == 0 && id == gid);
        return new User(uid, gid, groups);
    }

    /** The id of a group by its name or number. */
    long group(String nameOrNumber) {
        return group(nameOrNumber, nameOrNumber);
    }

    private long group(String nameOrNumber, String text) {
        if (isNumber(nameOrNumber)) {
            return number(nameOrNumber, text);
        }
        return line("group", nameOrNumber)
                .map(line -> number(line.get(2), text))
                .orElseGet(() -> number(nameOrNumber, text));
    }

    /** Where the user is at home, the root if the files do not say. */
    String home(long uid) {
        return line("passwd", Long.toString(uid))
                .filter(line -> line.size() > 5 && !line.get(5).isEmpty())
                .map(line -> line.get(5))
                .orElse("/");
    }

    private List<Long> groupsOf(String user) {
        return lines("group", 4)
                .filter(line -> MEMBERS.splitToList(line.get(3)).contains(user) && isNumber(line.get(2)))
                .map(line -> Long.valueOf(line.get(2)))
                .limit(MOST_GROUPS)
                .toList();
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    private static long number(String digits, String text) {
        checkArgument(isNumber(digits), "the root has no user or group \"%s\"", Printable.of(text));
        return Long.parseLong(digits);
    }

    /** The line with this name, or with this number as its third field. */
    private Optional<List<String>> line(String file, String nameOrNumber) {
        return lines(file, file.equals("passwd") ? 4 : 3)
                .filter(line -> isNumber(nameOrNumber)
                        ? isNumber(line.get(2)) && Long.parseLong(line.get(2)) == Long.parseLong(nameOrNumber)
                        : line.get(0).equals(nameOrNumber))
                .findFirst();
    }

    private Stream<List<String>> lines(String file, int fields) {
        return content(file).lines().map(FIELDS::splitToList).filter(line -> line.size() >= fields);
    }

    /** As the container will see it: links lead inside of it, and what a layer deleted is not there. */
    private String content(String name) {
        return MergedFile.read(layers, "/etc/" + name, LARGEST_FILE)
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .orElse("");
    }
}

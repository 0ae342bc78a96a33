package io.carrel.fs.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What {@code /etc/passwd} and {@code /etc/group} of a root say. Lines that say nothing are passed over, as the C
 * library does: who writes one cannot be found, and nobody else is hindered. Immutable.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/passwd.5.html">passwd(5)</a>
 */
public final class AccountFile {

    /** Larger files are not read: nobody has so many users. */
    public static final int LARGEST = 16 << 20;

    private static final Splitter FIELDS = Splitter.on(':');
    private static final Splitter MEMBERS = Splitter.on(',').trimResults().omitEmptyStrings();
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final long HIGHEST = 0xffff_fffeL;

    private AccountFile() {}

    /** A line of {@code passwd}; the home is empty where there is none. */
    public record Account(String name, long uid, long gid, String home) {}

    /** A line of {@code group}. */
    public record Group(String name, long gid, List<String> members) {}

    /** Returns the users, in the order of the lines. */
    public static List<Account> users(byte[] content) {
        return lines(content, AccountFile::user);
    }

    /** Returns the groups, in the order of the lines. */
    public static List<Group> groups(byte[] content) {
        return lines(content, AccountFile::group);
    }

    /** Reads an id in decimal digits; empty for anything else, and for what is no id. */
    public static Optional<Long> id(String text) {
        return Optional.of(text)
                .filter(digits -> NUMBER.matcher(digits).matches())
                .map(Long::valueOf)
                .filter(id -> id <= HIGHEST);
    }

    private static <T> List<T> lines(byte[] content, Function<List<String>, Optional<T>> entry) {
        return new String(content, UTF_8)
                .lines()
                .map(line -> FIELDS.splitToList(line.stripLeading()))
                .filter(fields -> !fields.get(0).isEmpty() && !fields.get(0).startsWith("#"))
                .flatMap(fields -> entry.apply(fields).stream())
                .collect(ImmutableList.toImmutableList());
    }

    private static Optional<Account> user(List<String> fields) {
        if (fields.size() < 4) {
            return Optional.empty();
        }
        String home = fields.size() > 5 ? fields.get(5) : "";
        return id(fields.get(2))
                .flatMap(uid -> id(fields.get(3)).map(gid -> new Account(fields.get(0), uid, gid, home)));
    }

    private static Optional<Group> group(List<String> fields) {
        if (fields.size() < 3) {
            return Optional.empty();
        }
        List<String> members = fields.size() > 3 ? MEMBERS.splitToList(fields.get(3)) : List.of();
        return id(fields.get(2)).map(gid -> new Group(fields.get(0), gid, members));
    }
}

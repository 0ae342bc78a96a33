package io.carrel.fs.internal;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.regex.Pattern;

/**
 * Whom an ordinary user's files belong to inside containers. The user's own are root's; others are of the ranges that a
 * container had, which the file {@code ids} beside its changes names. Immutable.
 *
 * @param users ranges of user ids
 * @param groups ranges of group ids
 */
public record InsideIds(List<Range> users, List<Range> groups) {

    private static final String FILE = "ids";
    private static final Pattern LINE = Pattern.compile("([ug]) (\\d{1,10}) (\\d{1,10}) (\\d{1,10})");
    /** Whom the kernel shows in place of an owner that a user namespace does not know. */
    private static final long NOBODY = 65534;

    /** So many ids in a row, inside and on the host. */
    public record Range(long inside, long outside, long count) {
        boolean has(long id) {
            return id >= outside && id - outside < count;
        }

        String line(char kind) {
            return "%c %d %d %d%n".formatted(kind, inside, outside, count);
        }
    }

    /** Copies the lists. */
    public InsideIds {
        users = ImmutableList.copyOf(users);
        groups = ImmutableList.copyOf(groups);
    }

    /**
     * Reads those of the containers that left their changes in this directory; none but the user's own if none is
     * noted.
     */
    public static InsideIds beside(Path upper) throws IOException {
        Path file = upper.resolveSibling(FILE);
        return Files.exists(file) ? parse(Files.readString(file), file) : new InsideIds(List.of(), List.of());
    }

    private static InsideIds parse(String text, Path file) {
        List<Range> users = new ArrayList<>();
        List<Range> groups = new ArrayList<>();
        for (String line : text.lines().toList()) {
            var matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new RefusedContentException(file.toString(), "", "it has the line \"" + line + "\"", null);
            }
            Range range = new Range(
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    Long.parseLong(matcher.group(4)));
            (matcher.group(1).equals("u") ? users : groups).add(range);
        }
        return new InsideIds(users, groups);
    }

    /** Notes them in a directory of changes that are kept, in which {@code upper} is. */
    public void note(Path directory) throws IOException {
        StringBuilder text = new StringBuilder();
        users.forEach(range -> text.append(range.line('u')));
        groups.forEach(range -> text.append(range.line('g')));
        Files.writeString(directory.resolve(FILE), text);
    }

    /** Returns the user inside to whom a file of this user of the host's belongs. */
    public LongUnaryOperator insideUsers() {
        long own = ProcessStatus.current().effectiveUid();
        return id -> inside(users, id, own);
    }

    /** Returns the group inside to which a file of this group of the host's belongs. */
    public LongUnaryOperator insideGroups() {
        long own = ProcessStatus.current().effectiveGid();
        return id -> inside(groups, id, own);
    }

    private static long inside(List<Range> ranges, long id, long own) {
        checkArgument(id >= 0, "an id is not negative, was %s", id);
        for (Range range : ranges) {
            if (range.has(id)) {
                return range.inside() + id - range.outside();
            }
        }
        return id == own || id == 0 ? 0 : NOBODY;
    }
}

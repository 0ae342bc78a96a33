package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The ids that an ordinary user may map into user namespaces besides the own one, by {@code newuidmap} and
 * {@code newgidmap}: what {@code /etc/subuid} and {@code /etc/subgid} grant. Immutable.
 *
 * <p>Ranges that the name service grants ({@code subid:} in {@code /etc/nsswitch.conf}) are not seen.
 *
 * @param users ranges of user ids, in the order of the file
 * @param groups ranges of group ids, in the order of the file
 * @see <a href="https://man7.org/linux/man-pages/man5/subuid.5.html">subuid(5)</a>
 */
public record SubordinateIds(List<IdRange> users, List<IdRange> groups) {

    private static final Splitter FIELDS = Splitter.on(':');

    public SubordinateIds {
        users = ImmutableList.copyOf(users);
        groups = ImmutableList.copyOf(groups);
    }

    /**
     * What is granted to the user of this JVM; nothing where a file does not exist.
     *
     * @throws KernelFileException if a file cannot be read or a line of this user is malformed
     */
    public static SubordinateIds ofCurrentUser() {
        String name = System.getProperty("user.name", "");
        long uid = ProcessStatus.current().effectiveUid();
        return new SubordinateIds(read(Path.of("/etc/subuid"), name, uid), read(Path.of("/etc/subgid"), name, uid));
    }

    private static List<IdRange> read(Path file, String userName, long uid) {
        String text = "";
        try {
            text = Files.readString(file);
            return parse(text, userName, uid);
        } catch (NoSuchFileException nothingGranted) {
            return ImmutableList.of();
        } catch (IOException | IllegalArgumentException e) {
            throw new KernelFileException("Cannot read the subordinate ids of " + userName, file.toString(), "", e);
        }
    }

    /**
     * Reads the ranges of one user from the content of {@code /etc/subuid} or {@code /etc/subgid}. Lines of others are not
     * looked at.
     *
     * @param text lines such as {@code alice:100000:65536} or {@code 1000:100000:65536}
     * @param userName the user's name
     * @param uid the user's id; group ranges, too, are granted to users
     * @throws IllegalArgumentException if a line of this user is malformed
     */
    public static List<IdRange> parse(String text, String userName, long uid) {
        return text.lines()
                .map(line -> FIELDS.splitToList(line.strip()))
                .filter(fields ->
                        fields.get(0).equals(userName) || fields.get(0).equals(Long.toString(uid)))
                .map(SubordinateIds::range)
                .collect(ImmutableList.toImmutableList());
    }

    private static IdRange range(List<String> fields) {
        checkArgument(
                fields.size() == 3 && IdMapping.isNumber(fields.get(1)) && IdMapping.isNumber(fields.get(2)),
                "not a line of subordinate ids: \"%s\"",
                String.join(":", fields));
        return new IdRange(Long.parseLong(fields.get(1)), Long.parseLong(fields.get(2)));
    }
}

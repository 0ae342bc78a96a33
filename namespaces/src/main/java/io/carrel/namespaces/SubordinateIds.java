package io.carrel.namespaces;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The ids that an ordinary user may map into user namespaces besides their own, with the help of the programs
 * {@code newuidmap} and {@code newgidmap}: what {@code /etc/subuid} and {@code /etc/subgid} grant. Immutable.
 *
 * <p>Ranges that the name service grants ({@code subid:} in {@code /etc/nsswitch.conf}) are not seen.
 *
 * @param users ranges of user ids, in the order of the file
 * @param groups ranges of group ids, in the order of the file
 * @see <a href="https://man7.org/linux/man-pages/man5/subuid.5.html">subuid(5)</a>
 */
public record SubordinateIds(List<IdRange> users, List<IdRange> groups) {

    private static final Splitter FIELDS = Splitter.on(':');
    private static final long HIGHEST = 0xfffffffeL;

    /** Copies the ranges. */
    public SubordinateIds {
        users = ImmutableList.copyOf(users);
        groups = ImmutableList.copyOf(groups);
    }

    /**
     * Reads what is granted to the user of this JVM. A file that does not exist grants nothing.
     *
     * @throws KernelFileException if a file cannot be read
     */
    public static SubordinateIds ofCurrentUser() {
        String name = System.getProperty("user.name", "");
        long uid = ProcessStatus.current().effectiveUid();
        return new SubordinateIds(read(Path.of("/etc/subuid"), name, uid), read(Path.of("/etc/subgid"), name, uid));
    }

    private static List<IdRange> read(Path file, String userName, long uid) {
        try {
            return parse(Files.readString(file), userName, uid);
        } catch (NoSuchFileException nothingGranted) {
            return ImmutableList.of();
        } catch (IOException e) {
            throw new KernelFileException("Cannot read the subordinate ids of " + userName, file.toString(), "", e);
        }
    }

    /**
     * Reads the ranges of one user from the content of {@code /etc/subuid} or {@code /etc/subgid}. Lines of others, and
     * those that grant nothing or make no sense, are left out, as {@code newuidmap} leaves them out.
     *
     * @param text lines such as {@code alice:100000:65536} or {@code 1000:100000:65536}
     * @param userName the user's name
     * @param uid the user's id; group ranges, too, are granted to users
     */
    public static List<IdRange> parse(String text, String userName, long uid) {
        return text.lines()
                .map(line -> FIELDS.splitToList(line.strip()))
                .filter(fields ->
                        fields.get(0).equals(userName) || fields.get(0).equals(Long.toString(uid)))
                .flatMap(fields -> range(fields).stream())
                .collect(ImmutableList.toImmutableList());
    }

    private static Optional<IdRange> range(List<String> fields) {
        if (fields.size() != 3 || !IdMapping.isNumber(fields.get(1)) || !IdMapping.isNumber(fields.get(2))) {
            return Optional.empty();
        }
        long start = Long.parseLong(fields.get(1));
        long count = Long.parseLong(fields.get(2));
        return count > 0 && count <= HIGHEST && start <= HIGHEST - count + 1
                ? Optional.of(new IdRange(start, count))
                : Optional.empty();
    }
}

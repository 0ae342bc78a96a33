package io.carrel.internal.identity;

import com.google.common.base.Splitter;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.AccountFile;
import io.carrel.fs.overlay.MergedFile;
import io.carrel.linux.Printable;
import io.carrel.namespaces.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The users and groups that an image knows, by its {@code /etc/passwd} and {@code /etc/group}. Immutable.
 *
 * @param layers the directories of its layers, the lowest first
 */
public record ImageUsers(List<Path> layers) {

    private static final Splitter FIELDS = Splitter.on(':');
    private static final int MOST_GROUPS = 1000;

    /** The files that the root of a container has before anything is mounted into it. */
    public static ImageUsers of(RootFs root) {
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
     * Reads {@code USER} or {@code USER:GROUP}, each a name or a number; digits are a number, whatever the names are.
     * No user is root. A user without a group has that of /etc/passwd, and is in all groups that list it. Others than
     * root have their own group among the others, too, so that a program of another group cannot take it from them.
     */
    public User find(String text) {
        List<String> parts = FIELDS.limit(2).splitToList(text);
        String user = parts.get(0).isEmpty() ? "0" : parts.get(0);
        Optional<AccountFile.Account> known = user(user);
        long uid = known.map(AccountFile.Account::uid).orElseGet(() -> number(user, text));
        boolean groupGiven = parts.size() > 1 && !parts.get(1).isEmpty();
        long gid = groupGiven
                ? group(parts.get(1), text)
                : known.map(AccountFile.Account::gid).orElse(0L);
        Set<Long> groups = new HashSet<>(uid == 0 ? Set.of() : Set.of(gid));
        if (!groupGiven) {
            known.ifPresent(account -> groups.addAll(groupsOf(account.name())));
        }
        groups.removeIf(id -> uid == 0 && id == gid);
        return new User(uid, gid, groups);
    }

    /** The id of a group by its name or number. */
    long group(String nameOrNumber) {
        return group(nameOrNumber, nameOrNumber);
    }

    private long group(String nameOrNumber, String text) {
        Optional<Long> id = AccountFile.id(nameOrNumber);
        return id.isPresent()
                ? id.get()
                : groups().stream()
                        .filter(group -> group.name().equals(nameOrNumber))
                        .findFirst()
                        .map(AccountFile.Group::gid)
                        .orElseGet(() -> number(nameOrNumber, text));
    }

    /** Where the user is at home, the root if the files do not say. */
    public String home(long uid) {
        return user(Long.toString(uid))
                .map(AccountFile.Account::home)
                .filter(home -> !home.isEmpty())
                .orElse("/");
    }

    private List<Long> groupsOf(String user) {
        return groups().stream()
                .filter(group -> group.members().contains(user))
                .map(AccountFile.Group::gid)
                .limit(MOST_GROUPS)
                .toList();
    }

    private static long number(String digits, String text) {
        return AccountFile.id(digits)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the root has no user or group \"%s\"".formatted(Printable.of(text))));
    }

    /** The user with this name or number. */
    private Optional<AccountFile.Account> user(String nameOrNumber) {
        Optional<Long> id = AccountFile.id(nameOrNumber);
        return AccountFile.users(content("passwd")).stream()
                .filter(account -> id.map(number -> number == account.uid())
                        .orElseGet(() -> account.name().equals(nameOrNumber)))
                .findFirst();
    }

    private List<AccountFile.Group> groups() {
        return AccountFile.groups(content("group"));
    }

    /** As the container will see it: links lead inside of it, and what a layer deleted is not there. */
    private byte[] content(String name) {
        return MergedFile.read(layers, "/etc/" + name, AccountFile.LARGEST).orElse(new byte[0]);
    }
}

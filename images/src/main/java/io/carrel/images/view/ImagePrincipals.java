package io.carrel.images.view;

import io.carrel.fs.internal.AccountFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.HashMap;
import java.util.Map;

/** Who users and groups are, by the image's own {@code /etc/passwd} and {@code /etc/group}. Immutable. */
final class ImagePrincipals extends UserPrincipalLookupService {

    private final Map<Integer, String> users;
    private final Map<Integer, String> groups;

    private ImagePrincipals(Map<Integer, String> users, Map<Integer, String> groups) {
        this.users = users;
        this.groups = groups;
    }

    static ImagePrincipals of(FileSystem image) {
        Map<Integer, String> users = new HashMap<>();
        AccountFile.users(read(image.getPath("/etc/passwd")))
                .forEach(user -> users.putIfAbsent((int) user.uid(), user.name()));
        Map<Integer, String> groups = new HashMap<>();
        AccountFile.groups(read(image.getPath("/etc/group")))
                .forEach(group -> groups.putIfAbsent((int) group.gid(), group.name()));
        return new ImagePrincipals(users, groups);
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(AccountFile.LARGEST);
        } catch (IOException e) {
            return new byte[0]; // Many images have none; numbers do as names.
        }
    }

    User user(int id) {
        return new User(users.getOrDefault(id, Integer.toUnsignedString(id)), id);
    }

    Group group(int id) {
        return new Group(groups.getOrDefault(id, Integer.toUnsignedString(id)), id);
    }

    @Override
    public UserPrincipal lookupPrincipalByName(String name) throws UserPrincipalNotFoundException {
        return user(id(users, name));
    }

    @Override
    public GroupPrincipal lookupPrincipalByGroupName(String group) throws UserPrincipalNotFoundException {
        return group(id(groups, group));
    }

    private static int id(Map<Integer, String> names, String name) throws UserPrincipalNotFoundException {
        for (Map.Entry<Integer, String> entry : names.entrySet()) {
            if (entry.getValue().equals(name)) {
                return entry.getKey();
            }
        }
        return AccountFile.id(name).map(Long::intValue).orElseThrow(() -> new UserPrincipalNotFoundException(name));
    }

    /**
     * A user of the image.
     *
     * @param name the name, or the number if it has none
     * @param id the number
     */
    record User(String name, int id) implements UserPrincipal {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A group of the image.
     *
     * @param name the name, or the number if it has none
     * @param id the number
     */
    record Group(String name, int id) implements GroupPrincipal {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}

package io.carrel.fs.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
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
import java.util.List;
import java.util.Map;

/** Who users and groups are, by the image's own {@code /etc/passwd} and {@code /etc/group}. Immutable. */
final class ImageUsers extends UserPrincipalLookupService {

    /** Larger ones are not read: nobody has so many users. */
    private static final int LARGEST = 1 << 20;

    private final Map<Integer, String> users;
    private final Map<Integer, String> groups;

    private ImageUsers(Map<Integer, String> users, Map<Integer, String> groups) {
        this.users = users;
        this.groups = groups;
    }

    static ImageUsers of(FileSystem image) {
        return new ImageUsers(read(image.getPath("/etc/passwd")), read(image.getPath("/etc/group")));
    }

    private static Map<Integer, String> read(Path file) {
        Map<Integer, String> names = new HashMap<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (String line : Splitter.on('\n').split(new String(in.readNBytes(LARGEST), UTF_8))) {
                List<String> fields = Splitter.on(':').splitToList(line);
                if (fields.size() > 2
                        && fields.get(2).matches("[0-9]{1,10}")
                        && !fields.get(0).isEmpty()) {
                    names.putIfAbsent((int) Long.parseLong(fields.get(2)), fields.get(0));
                }
            }
        } catch (IOException e) {
            return Map.of(); // Many images have none; numbers do as names.
        }
        return names;
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
        if (name.matches("[0-9]{1,10}") && Long.parseLong(name) <= 0xffff_ffffL) {
            return (int) Long.parseLong(name);
        }
        throw new UserPrincipalNotFoundException(name);
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

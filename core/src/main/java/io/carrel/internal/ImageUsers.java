package io.carrel.internal;

import com.google.common.base.Splitter;
import com.google.common.collect.Lists;
import io.carrel.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The users and groups that an image knows, by its {@code /etc/passwd} and {@code /etc/group}. Immutable.
 *
 * @param layers the directories of its layers, the lowest first
 */
record ImageUsers(List<Path> layers) {

    private static final Splitter FIELDS = Splitter.on(':');
    private static final long LARGEST_FILE = 16L << 20;

    /** Reads {@code USER} or {@code USER:GROUP}, each a name or a number. A user without a group has that of /etc/passwd. */
    User find(String text) {
        List<String> parts = FIELDS.limit(2).splitToList(text);
        Optional<List<String>> known = line("passwd", parts.get(0));
        long uid = known.map(line -> number(line.get(2), text)).orElseGet(() -> number(parts.get(0), text));
        if (parts.size() == 1) {
            return User.of(uid, known.map(line -> number(line.get(3), text)).orElse(0L));
        }
        String group = parts.get(1);
        return User.of(
                uid, line("group", group).map(line -> number(line.get(2), text)).orElseGet(() -> number(group, text)));
    }

    private static long number(String digits, String text) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the image has no user or group \"" + text + "\"", e);
        }
    }

    /** The line with this name or, as its third field, number. */
    private Optional<List<String>> line(String file, String nameOrNumber) {
        int fields = file.equals("passwd") ? 4 : 3;
        return content(file)
                .lines()
                .map(FIELDS::splitToList)
                .filter(line -> line.size() >= fields
                        && (line.get(0).equals(nameOrNumber) || line.get(2).equals(nameOrNumber)))
                .findFirst();
    }

    /** That of the highest layer that has it. Links are not followed: they could lead out of the image. */
    private String content(String name) {
        for (Path layer : Lists.reverse(layers)) {
            Path etc = layer.resolve("etc");
            Path file = etc.resolve(name);
            try {
                if (Files.isDirectory(etc, LinkOption.NOFOLLOW_LINKS)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && Files.size(file) <= LARGEST_FILE) {
                    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read the image's users: " + file, e);
            }
        }
        return "";
    }
}

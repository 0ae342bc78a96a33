package io.carrel.testing;

import static io.carrel.testing.OtherUser.bind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JVMs of an ordinary user with subordinate ids, whom root makes with an /etc/subuid that only that JVM sees. */
public final class GrantedUser {

    /** The user's id and group. */
    public static final String UID = "54321";

    private GrantedUser() {}

    /** As the user, with these lines in both files. */
    public static ChildJvm in(Path directory, String granted) throws IOException {
        Path ids = Files.writeString(directory.resolve("ids"), granted);
        Path passwd = Files.writeString(
                directory.resolve("passwd"),
                Files.readString(Path.of("/etc/passwd")) + "carrel-subids:x:%1$s:%1$s::/:/bin/sh%n".formatted(UID));
        return OtherUser.in(
                directory,
                Integer.parseInt(UID),
                bind(ids, Path.of("/etc/subuid")),
                bind(ids, Path.of("/etc/subgid")),
                bind(passwd, Path.of("/etc/passwd")));
    }
}

package io.carrel.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** JVMs of an ordinary user with subordinate ids, whom root makes with an /etc/subuid that only that JVM sees. */
public final class GrantedUser {

    /** The user's id and group. */
    public static final String UID = "54321";

    private GrantedUser() {}

    /** As the user, with these lines in both files. */
    public static ChildJvm in(Path directory, String granted) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path ids = Files.writeString(directory.resolve("ids"), granted);
        Path passwd = Files.writeString(
                directory.resolve("passwd"),
                Files.readString(Path.of("/etc/passwd")) + "carrel-subids:x:%1$s:%1$s::/:/bin/sh%n".formatted(UID));
        List<String> script = new ArrayList<>(List.of(
                bind(ids, Path.of("/etc/subuid")),
                bind(ids, Path.of("/etc/subgid")),
                bind(passwd, Path.of("/etc/passwd"))));
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path", "").split(":", -1)) {
            classPath.add(readable(directory, Path.of(entry), classPath.size(), script));
        }
        script.add("exec setpriv --reuid=%1$s --regid=%1$s --clear-groups \"$@\"".formatted(UID));
        return ChildJvm.by("unshare", "-m", "sh", "-c", String.join(" && ", script), "sh")
                .classPath(String.join(":", classPath))
                .option("-Djava.io.tmpdir=/tmp");
    }

    private static String bind(Path source, Path target) {
        return "mount --bind '%s' '%s'".formatted(source, target);
    }

    /** The classes may lie in root's home, which others may not enter. */
    private static String readable(Path directory, Path entry, int number, List<String> script) throws IOException {
        Path point = directory.resolve("class-path-" + number);
        if (entry.toString().isEmpty() || !Files.exists(entry)) {
            return point.toString();
        }
        if (Files.isDirectory(entry)) {
            Files.createDirectory(point);
        } else {
            Files.createFile(point);
        }
        script.add(bind(entry, point));
        return point.toString();
    }
}

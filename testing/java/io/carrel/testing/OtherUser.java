package io.carrel.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** JVMs of an ordinary user whom root makes, in mount namespaces of their own. */
public final class OtherUser {

    private OtherUser() {}

    /**
     * As the user and group with this id.
     *
     * @param directory gets the class path, and is opened to all; the classes may lie in a home that others may not
     *     enter
     * @param before shell commands that root runs in the mount namespace before
     */
    public static ChildJvm in(Path directory, int uid, String... before) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> script = new ArrayList<>(List.of(before));
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path", "").split(":", -1)) {
            classPath.add(readable(directory, Path.of(entry), classPath.size(), script));
        }
        script.add("exec setpriv --reuid=%1$s --regid=%1$s --clear-groups --inh-caps=-all \"$@\"".formatted(uid));
        return ChildJvm.by("unshare", "-m", "sh", "-c", String.join(" && ", script), "sh")
                .classPath(String.join(":", classPath))
                .option("-Djava.io.tmpdir=/tmp");
    }

    /** A command that mounts a file or directory over another. */
    static String bind(Path source, Path target) {
        return "mount --bind '%s' '%s'".formatted(source, target);
    }

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

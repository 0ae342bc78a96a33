package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.SetupException;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An ordinary user with a range of subordinate ids. Root makes that user, with an /etc/subuid that only the user's JVM
 * sees, so that nothing of the host's changes.
 */
@Tag("root")
@Tag("long")
@NeedsProgram({"newuidmap", "newgidmap", "setpriv", "unshare"})
class SubordinateIdsTest {

    private static final String USER = "54321";

    @TempDir
    private Path directory;

    private ChildJvm asUser(String granted) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path ids = Files.writeString(directory.resolve("ids"), granted);
        Path passwd = Files.writeString(
                directory.resolve("passwd"),
                Files.readString(Path.of("/etc/passwd")) + "carrel-subids:x:%1$s:%1$s::/:/bin/sh%n".formatted(USER));
        List<String> script = new ArrayList<>(List.of(
                bind(ids, Path.of("/etc/subuid")),
                bind(ids, Path.of("/etc/subgid")),
                bind(passwd, Path.of("/etc/passwd"))));
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path", "").split(":", -1)) {
            classPath.add(readable(Path.of(entry), classPath.size(), script));
        }
        script.add("exec setpriv --reuid=%1$s --regid=%1$s --clear-groups \"$@\"".formatted(USER));
        return ChildJvm.by("unshare", "-m", "sh", "-c", String.join(" && ", script), "sh")
                .classPath(String.join(":", classPath))
                .option("-Djava.io.tmpdir=/tmp");
    }

    private static String bind(Path source, Path target) {
        return "mount --bind '%s' '%s'".formatted(source, target);
    }

    /** The classes may lie in root's home, which others may not enter. */
    private String readable(Path entry, int number, List<String> script) throws IOException {
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

    /** Runs a container with two ranges and tells how its processes look from here. */
    static final class Ranging {
        public static void main(String[] arguments) throws Exception {
            long own = Outside.uid();
            IdMap ids = IdMap.of(new IdMapping(0, own, 1), new IdMapping(1, 700_000, 100));
            ContainerBuilder builder =
                    Container.builder().idMaps(ids, ids).user(User.of(33, 44)).command("cat");
            try (ContainerProcess process = builder.build().start()) {
                String command = Long.toString(Outside.children(process.pid()).get(0));
                System.out.println(Outside.status(command, "Uid").split("\t", -1)[0]);
                System.out.println(Outside.status(command, "Gid").split("\t", -1)[0]);
                Outside.lines(Path.of("/proc", command, "uid_map"))
                        .forEach(line -> System.out.println(line.strip().replaceAll(" +", " ")));
            } catch (SetupException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aGrantedRangeIsMappedByTheSetUserIdPrograms() throws Exception {
        String output =
                asUser("%1$s:700000:100%n".formatted(USER)).run(Ranging.class).success();
        assertThat(output.lines()).containsExactly("700032", "700043", "0 54321 1", "1 700000 100");
    }

    @Test
    void aRangeThatIsNotGrantedIsRefusedWithWhatTheProgramSays() throws Exception {
        String output =
                asUser("%1$s:800000:100%n".formatted(USER)).run(Ranging.class).success();
        assertThat(output)
                .startsWith("Cannot map the container's ids: newuidmap(0 54321 1 1 700000 100) failed with EPERM (1).")
                .contains("It said: newuidmap: uid range");
    }
}

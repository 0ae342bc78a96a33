package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.images.layers.LayerApplier;
import io.carrel.images.layers.Owners;
import io.carrel.images.layers.Whiteouts;
import io.carrel.linux.Capability;
import io.carrel.linux.SetupException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.User;
import io.carrel.outcome.HostStage;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Footprint;
import io.carrel.testing.GrantedUser;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An ordinary user with a range of subordinate ids. Root makes that user, with an /etc/subuid that only the user's JVM
 * sees, so that nothing of the host's changes.
 */
@Tag("root")
@Tag("long")
@NeedsProgram({"newuidmap", "newgidmap", "setpriv", "unshare"})
class SubordinateIdsTest {

    private static final String USER = GrantedUser.UID;

    @TempDir
    private Path directory;

    private ChildJvm asUser(String granted) throws IOException {
        return GrantedUser.in(directory, granted);
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

    /** Starts a container with these ranges, users' and groups', and prints how that fails and what is left. */
    static final class Refusing {
        public static void main(String[] arguments) throws Exception {
            String seconds = Outside.unmistakableSeconds();
            IdMap users = IdMap.of(new IdMapping(0, Outside.uid(), 1), range(arguments[0]));
            IdMap groups = IdMap.of(new IdMapping(0, Outside.gid(), 1), range(arguments[1]));
            Plan plan = Container.builder()
                    .idMaps(users, groups)
                    .command("sleep", seconds)
                    .build()
                    .plan();
            attempt(plan); // now everything is there that stays
            Footprint before = Footprint.now();
            System.out.println(attempt(plan));
            before.assertNothingAdded();
            System.out.println(Outside.processesCalledWith(seconds).size() + " left");
        }

        private static IdMapping range(String first) {
            return new IdMapping(1, Long.parseLong(first), 100);
        }

        private static String attempt(Plan plan) {
            try {
                plan.start().close();
                return "started";
            } catch (SetupException e) {
                return HostStage.ofFailure(e).orElseThrow() + ": " + e.call();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"800000, 700000, newuidmap", "700000, 800000, newgidmap"})
    void aRefusedRangeIsAFailureOfItsStepAndLeavesNothing(String users, String groups, String program)
            throws Exception {
        ChildJvm jvm = asUser("%1$s:700000:100%n".formatted(USER));
        assertThat(jvm.run(Refusing.class, users, groups).success().lines())
                .containsExactly("MAP_IDS: " + program, "0 left");
    }

    /** Runs containers of an image whose files have several owners. */
    static final class Owning {
        private static final String LOOK = "id -u; id -g; cat /srv/theirs/secret; echo x > /srv/theirs/new;"
                + " stat -c '%n %u:%g %a' /srv/theirs /srv/theirs/* /srv/tool; stat -c '%u:%g' /srv/link";

        public static void main(String[] arguments) throws Exception {
            Path place = Path.of(arguments[0]);
            Path layer = Files.createDirectories(place.resolve("layer"));
            try (InputStream archive = Files.newInputStream(Path.of(arguments[1]))) {
                LayerApplier.onto(layer, Whiteouts.OVERLAY, Owners.RECORD).apply(archive);
            }
            Overlay root = RootFs.overlay(layer);
            Storage storage = new Storage(place.resolve("storage"));
            print("as the user", on(root.upper(Upper.disk(storage)), LOOK).user(User.of(33, 44)));
            print("left", on(root, "ls -A /left").bind(left(storage), "/left", Access.READ_ONLY));
            print(
                    "as root",
                    on(root, "echo x > /f; chown 5:6 /f && stat -c '%u:%g' /f /srv/theirs")
                            .subordinateIds()
                            .capabilities(Capability.CHOWN));
            print("with one id", on(root, "stat -c '%u:%g' /srv/theirs; id -u"));
            Overlay kept = root.upper(Upper.kept(place.resolve("kept")));
            for (String script :
                    List.of("chown 7:7 /srv/theirs/secret", "stat -c '%n %u:%g' /srv/theirs/secret /srv/tool")) {
                print("kept", on(kept, script).subordinateIds().capabilities(Capability.CHOWN));
            }
        }

        private static HostPath left(Storage storage) {
            return HostPath.of(storage.uppers().resolve("running"));
        }

        private static ContainerBuilder on(Overlay root, String script) {
            return Container.builder().root(root).command("sh", "-c", script);
        }

        private static void print(String what, ContainerBuilder builder) throws InterruptedException {
            ContainerResult result = builder.build().run();
            System.out.println(
                    what + ": " + (result.stdout() + result.stderr()).strip().replace("\n", ", "));
        }
    }

    @Test
    @NeedsProgram({"busybox", "tar"})
    void filesOfAnImageHaveTheirOwners() throws Exception {
        Layers layers = Layers.in(directory);
        Path image = layers.layer("busybox", "srv/theirs/secret", "secret", "srv/tool", "");
        Files.createSymbolicLink(image.resolve("bin/chown"), Path.of("busybox"));
        Files.createSymbolicLink(image.resolve("srv/link"), Path.of("tool"));
        Outside.run("chmod", "600", image.resolve("srv/theirs/secret").toString());
        Outside.run("chown", "-hR", "33:44", image.resolve("srv/theirs").toString(), image + "/srv/link");
        Outside.run("chown", "0:50", image.resolve("srv/tool").toString());
        Outside.run("chmod", "2755", image.resolve("srv/tool").toString());
        Path archive = directory.resolve("image.tar");
        Outside.run("tar", "--numeric-owner", "-cf", archive.toString(), "-C", image.toString(), ".");
        Path place = Files.createDirectories(directory.resolve("place"));
        Outside.run("chown", USER, place.toString());

        String output = asUser("%1$s:700000:65536%n".formatted(USER))
                .run(Owning.class, place.toString(), archive.toString())
                .success();

        assertThat(output.lines())
                .containsExactly(
                        "as the user: 33, 44, secret/srv/theirs 33:44 755, /srv/theirs/new 33:44 644,"
                                + " /srv/theirs/secret 33:44 600, /srv/tool 0:50 2755, 0:0", // the kernel lets nobody
                        // record the owner of a
                        // link
                        "left: ",
                        "as root: 5:6, 33:44",
                        "with one id: 0:0, 0",
                        "kept: ",
                        "kept: /srv/theirs/secret 7:7, /srv/tool 0:50");
        assertThat(Outside.run("stat", "-c", "%u:%g", place + "/kept/upper/srv/theirs/secret"))
                .isEqualTo("700006:700006");
        assertThat(Outside.run("stat", "-c", "%u:%g", place + "/layer/srv/theirs/secret"))
                .as("the layer stays as it is")
                .isEqualTo(USER + ":" + USER);
    }

    /** Asks for ids that nobody granted. */
    static final class Asking {
        public static void main(String[] arguments) throws Exception {
            try {
                Container.builder().subordinateIds().command("true").build().run();
            } catch (UnsupportedFeatureException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void whoIsGrantedNoneIsToldTheRemedy() throws Exception {
        assertThat(asUser("").run(Asking.class).success())
                .startsWith("This host has no subordinate ids:")
                .contains("/etc/subuid", "usermod --add-subuids");
    }

    /** A layer with explicit ids, as the user gives them. */
    static final class Mapping {
        public static void main(String[] arguments) throws Exception {
            IdMap ids = IdMap.of(new IdMapping(0, Outside.uid(), 1), new IdMapping(10, 700_000, 5));
            Path busybox = Path.of(arguments[0]);
            ContainerBuilder builder = Layers.on(RootFs.overlay(busybox))
                    .idMaps(ids, ids)
                    .user(User.of(12, 13))
                    .command(
                            "sh",
                            "-c",
                            "id -u; id -g; stat -c %u:%g /bin /srv/open; echo x > /srv/open/f; stat -c %u /srv/open/f");
            System.out.print(builder.build().run().stdout());
        }
    }

    @Test
    @NeedsProgram("busybox")
    void anOverlayHasTheIdsThatAreGiven() throws Exception {
        Layers layers = Layers.in(directory);
        Path open = Files.createDirectories(layers.busybox().resolve("srv/open"));
        Outside.run("chmod", "777", open.toString());
        Outside.run("chown", "-hR", USER + ":" + USER, layers.busybox().toString());
        assertThat(asUser("%1$s:700000:100%n".formatted(USER))
                        .run(Mapping.class, layers.busybox().toString())
                        .success()
                        .lines())
                .containsExactly("12", "13", "0:0", "0:0", "12");
    }
}

package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.images.ImageStore;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.OtherUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A set-user-ID program that a container makes has the rights of the JVM's user for nobody else of the host. */
@Tag("root")
@NeedsProgram({"busybox", "setpriv", "id"})
@NeedsKernel(KernelFeature.LAYERS)
class PrivateUppersTest {

    private static final int OTHER = 60_002;
    private static final String PROGRAM = "stolen-id";

    @TempDir
    private Path temporary;

    private Layers layers = new Layers(Path.of("/"));

    @BeforeEach
    void makeLayers() throws IOException {
        layers = Layers.in(temporary);
        Files.copy(Path.of("/usr/bin/id"), layers.busybox().resolve("id"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Has a set-user-ID program made in each kind of place, and waits to be killed. */
    static final class Making {
        public static void main(String[] arguments) throws Exception {
            Path all = Path.of(arguments[0]);
            Storage storage = new Storage(all.resolve("home"));
            Overlay root = RootFs.overlay(List.of(Path.of(arguments[1])));
            List<ContainerProcess> running = new ArrayList<>();
            for (Upper upper :
                    List.of(Upper.disk(storage), Upper.snapshot("snap", storage), Upper.kept(all.resolve("kept")))) {
                running.add(start(Layers.on(root.upper(upper)), "/"));
            }
            Mount volume = new Mount.Volume(storage, "data", ContainerPath.of("/data"), Access.READ_WRITE);
            running.add(start(Layers.on(root).mount(volume), "/data/"));
            System.out.println("made");
            for (ContainerProcess process : running) {
                process.waitFor();
            }
        }

        private static ContainerProcess start(ContainerBuilder builder, String place) throws IOException {
            String program = place + PROGRAM;
            String script = "cat /id > %1$s && busybox chmod 4755 %1$s && echo made; cat".formatted(program);
            ContainerProcess process =
                    builder.command("sh", "-c", script).build().start();
            process.inputReader(UTF_8).readLine();
            return process;
        }
    }

    @ParameterizedTest
    @CsvSource({"0,false", "0,true", "60001,false", "60001,true"})
    void noOtherUserReachesASetUserIdProgram(int uid, boolean openBefore) throws Exception {
        // Where the kernel is too old, here it is said.
        Layers.on(RootFs.overlay(List.of(layers.busybox())))
                .command("busybox", "true")
                .build()
                .run();
        Path all = Files.createDirectory(temporary.resolve("all"));
        own(all, uid);
        if (openBefore) {
            for (String made : List.of("home", "home/uppers", "home/uppers/running", "home/uppers/named", "kept")) {
                own(Files.createDirectory(all.resolve(made)), uid);
            }
        }
        ChildJvm jvm = uid == 0 ? ChildJvm.by() : OtherUser.in(temporary, uid);
        Process making = jvm.option("-Djna.tmpdir=" + all)
                .start(Making.class, all.toString(), layers.busybox().toString());
        try (BufferedReader output = making.inputReader(UTF_8)) {
            assertThat(output.readLine()).isEqualTo("made");
            assertThatNobodyElseRuns(all, 4);
        } finally {
            making.destroyForcibly().waitFor();
        }
        assertThatNobodyElseRuns(all, 4);
        for (Path program : programs(all)) {
            open(program, all);
        }
        assertThat(programs(all))
                .allSatisfy(program -> assertThat(asOther(program))
                        .as("with all directories open to others, %s", program)
                        .isEqualTo(Integer.toString(uid)));
    }

    private static void assertThatNobodyElseRuns(Path all, int count) throws IOException {
        assertThat(programs(all)).hasSize(count).allSatisfy(program -> {
            assertThat(Files.getAttribute(program, "unix:mode")).isEqualTo(0104755);
            assertThat(asOther(program)).endsWith("Permission denied");
        });
    }

    private static List<Path> programs(Path all) throws IOException {
        try (Stream<Path> files = Files.walk(all)) {
            return files.filter(file -> file.endsWith(PROGRAM)).toList();
        }
    }

    private static String asOther(Path program) throws IOException, InterruptedException {
        // The program that setpriv itself executes may still be looked for with root's capabilities.
        Process other = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + OTHER,
                        "--regid=" + OTHER,
                        "--clear-groups",
                        "--inh-caps=-all",
                        "sh",
                        "-c",
                        "exec \"$0\" -u",
                        program.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(other.getInputStream().readAllBytes(), UTF_8).strip();
        other.waitFor();
        return output;
    }

    private static void own(Path directory, int uid) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(directory, "unix:uid", uid);
        Files.setAttribute(directory, "unix:gid", uid);
    }

    private static void open(Path program, Path all) throws IOException {
        Path directory = all;
        for (Path name : all.relativize(program)) {
            directory = directory.resolve(name);
            if (Files.isDirectory(directory)) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"home", "home/uppers", "home/uppers/named"})
    void refusesWhatAnotherUserOwns(String foreign) throws Exception {
        Path directory = Files.createDirectories(temporary.resolve(foreign));
        own(directory, OTHER);
        Storage storage = new Storage(temporary.resolve("home"));
        Container container = Layers.on(RootFs.overlay(layers.busybox()).upper(Upper.snapshot("snap", storage)))
                .command("true")
                .build();
        assertThatThrownBy(container::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(directory + ": it belongs to the user with the id " + OTHER);
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void storesAreRefusedInAnotherUsersHome() throws Exception {
        own(Files.createDirectory(temporary.resolve("home")), OTHER);
        Storage storage = new Storage(temporary.resolve("home"));
        assertThatThrownBy(() -> ImageStore.open(storage)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> VolumeStore.open(storage)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> storage.make("networks")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anOpenDirectoryWithOtherThingsIsRefused() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("mine"));
        Files.writeString(directory.resolve("letter"), "");
        own(directory, 0);
        Container container = Layers.on(RootFs.overlay(layers.busybox()).upper(Upper.kept(directory)))
                .command("true")
                .build();
        assertThatThrownBy(container::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("others may enter it and it holds other things");
        assertThat(directory).isDirectoryContaining("glob:**/letter");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwxr-xr-x");
    }
}

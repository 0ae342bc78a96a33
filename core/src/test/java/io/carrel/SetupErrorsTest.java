package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.linux.Capability;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.SyscallException;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.testing.Footprint;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.Outside;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that the host refuses: each is an exception that names step, call, errno and remedy, and leaves nothing. */
@Tag("kernel")
class SetupErrorsTest {

    @TempDir
    private Path directory;

    @BeforeAll
    static void warmUp() throws Exception {
        Container.builder().command("true").build().run();
    }

    private static SetupException refused(UnaryOperator<ContainerBuilder> configure) {
        Container container = configure.apply(Container.builder()).build();
        container.plan();
        Footprint before = Footprint.now();
        SetupException failure = catchThrowableOfType(
                SetupException.class, () -> container.start().close());
        before.assertNothingAdded();
        assertThat(failure).as("the start must fail").isNotNull();
        String arguments = failure.arguments();
        String shown = arguments.length() <= 1000
                ? arguments
                : arguments.substring(0, 1000) + "... (" + arguments.length() + " characters)";
        assertThat(failure.getMessage())
                .startsWith("Cannot " + failure.step() + ": " + failure.call() + "(" + shown + ") failed with "
                        + failure.errno() + ".")
                .endsWith(failure.remedy().orElse("."));
        return failure;
    }

    private static void assertThatItSays(
            SetupException failure, String step, String call, String errno, String remedy) {
        assertThat(failure.step()).contains(step);
        assertThat(failure.call()).isEqualTo(call);
        assertThat(failure.errno().symbol()).isEqualTo(errno);
        assertThat(failure.remedy().orElse("")).contains(remedy);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommandThatIsNowhere(boolean init) {
        SetupException failure = refused(builder -> builder.init(init).command("frobnicate", "x"));
        assertThatItSays(failure, "frobnicate", "execve", "ENOENT", "does not exist inside the container");
    }

    @Test
    void aPathThatDoesNotExist() {
        SetupException failure = refused(builder -> builder.command("/no/such/command", "x"));
        assertThatItSays(failure, "/no/such/command", "execve", "ENOENT", "does not exist inside the container");
        assertThat(failure.arguments()).isEqualTo("\"/no/such/command\", [\"/no/such/command\", \"x\"], /* 1 vars */");
    }

    @Test
    void aFileThatIsNotExecutable() {
        assertThatItSays(
                refused(builder -> builder.command("/etc/passwd")),
                "/etc/passwd",
                "execve",
                "EACCES",
                "not executable for the container's user");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aCommandOnThePathThatIsNotExecutable() throws Exception {
        Files.writeString(directory.resolve("tool"), "");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        SetupException failure = refused(builder -> builder.bind(HostPath.of(directory), "/work", Access.READ_ONLY)
                .environment("PATH", "/usr/bin:/work:/bin")
                .command("tool"));
        assertThatItSays(failure, "tool", "execve", "EACCES", "not executable for the container's user");
        assertThat(failure.arguments()).startsWith("\"/work/tool\"");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aFileThatIsNoProgram() throws Exception {
        Path file = Files.writeString(directory.resolve("noise"), "\0\1\2\3 no program");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatItSays(
                refused(builder -> builder.bind(HostPath.of(directory), "/work", Access.READ_ONLY)
                        .command("/work/noise")),
                "/work/noise",
                "execve",
                "ENOEXEC",
                "neither a program for this processor nor a script");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aScriptWhoseInterpreterIsMissing() throws Exception {
        Path file = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatItSays(
                refused(builder -> builder.bind(HostPath.of(directory), "/work", Access.READ_ONLY)
                        .command("/work/script")),
                "/work/script",
                "execve",
                "ENOENT",
                "the interpreter or dynamic loader it names");
    }

    @Test
    void aWorkingDirectoryThatDoesNotExist() {
        SetupException failure =
                refused(builder -> builder.workingDirectory("/no/such").command("true"));
        assertThatItSays(
                failure, "enter the working directory", "chdir", "ENOENT", "does not exist inside the container");
        assertThat(failure.arguments()).isEqualTo("\"/no/such\"");
    }

    @Test
    void aWorkingDirectoryThatIsAFile() {
        assertThatItSays(
                refused(builder -> builder.workingDirectory("/etc/passwd").command("true")),
                "enter the working directory",
                "chdir",
                "ENOTDIR",
                "no directory inside the container");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aBindWhoseSourceDoesNotExist() {
        Path missing = directory.resolve("missing");
        SetupException failure = refused(builder ->
                builder.bind(HostPath.of(missing), "/work", Access.READ_ONLY).command("true"));
        assertThat(failure.step()).contains(missing.toString());
        assertThat(failure.call()).isIn("mount", "open_tree");
        assertThat(failure.errno().symbol()).isEqualTo("ENOENT");
        assertThat(failure.remedy()).hasValue("The host has no such file or directory.");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aDirectoryOnAFileAndAFileOnADirectory() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        SetupException onFile = refused(builder -> builder.bind(HostPath.of(directory), "/etc/passwd", Access.READ_ONLY)
                .command("true"));
        SetupException onDirectory = refused(builder ->
                builder.bind(HostPath.of(file), "/usr/share", Access.READ_ONLY).command("true"));
        for (SetupException failure : List.of(onFile, onDirectory)) {
            assertThat(failure.remedy().orElse(""))
                    .as(failure.getMessage())
                    .startsWith("A directory is mounted on a directory only, and ");
        }
    }

    @Test
    void aStreamToWhatIsNotThere() throws Exception {
        Path missing = directory.resolve("missing");
        assertStreamRefused(
                builder -> builder.redirectInput(Redirect.from(missing.toFile())), "There is no such file, or no such");
        assertStreamRefused(
                builder -> builder.redirectOutput(
                        Redirect.to(missing.resolve("below").toFile())),
                "There is no such file, or no such");
        assertStreamRefused(builder -> builder.redirectOutput(Redirect.to(directory.toFile())), "It is a directory");
    }

    private static void assertStreamRefused(UnaryOperator<ContainerBuilder> configure, String remedy) {
        Container container =
                configure.apply(Container.builder().command("true")).build();
        assertThatExceptionOfType(SyscallException.class)
                .isThrownBy(() -> container.start().close())
                .satisfies(failure -> assertThat(
                                String.valueOf(failure.getMessage()).lines().skip(1))
                        .singleElement()
                        .asString()
                        .startsWith(remedy));
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aRootThatDoesNotExist() {
        Path missing = directory.resolve("missing");
        SetupException failure =
                refused(builder -> builder.root(RootFs.directory(missing)).command("true"));
        assertThat(failure.step()).contains(missing.toString());
        assertThat(failure.errno().symbol()).isEqualTo("ENOENT");
        assertThat(failure.remedy()).hasValue("The host has no such file or directory.");
    }

    @Test
    void aMountBelowWhatIsReadOnlyAndLacksThePlace() {
        SetupException failure =
                refused(builder -> builder.tmpfs("/usr/no/such/place").command("true"));
        assertThatItSays(failure, "/usr/no/such", "openat2", "ENOENT", "cannot be made");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aMountOnAPlaceOfTheOtherKind() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        SetupException failure = refused(builder ->
                builder.bind(HostPath.of(file), "/usr/bin", Access.READ_ONLY).command("true"));
        assertThat(failure.step()).contains("/usr/bin");
        assertThat(failure.errno().symbol()).isIn("ENOTDIR", "EINVAL");
    }

    @Test
    void capabilitiesThatAreNotTheContainersToGive() {
        if (Outside.isRoot()) {
            return; // a JVM that runs as root has them all
        }
        SetupException failure = catchThrowableOfType(
                SetupException.class,
                () -> Container.unconfined()
                        .capabilities(Capability.NET_ADMIN)
                        .command("true")
                        .build()
                        .start());
        assertThat(failure.call()).isIn("capset", "prctl");
        assertThat(failure.errno().symbol()).isEqualTo("EPERM");
    }

    @Test
    void namespacesWithoutAUserNamespace() {
        if (Outside.isRoot()) {
            return; // a JVM that runs as root may
        }
        assertThatItSays(
                refused(builder -> builder.share(NamespaceType.USER).command("true")),
                "create the namespaces",
                "clone",
                "EPERM",
                "keep the user namespace on");
    }

    /** As root the container holds 65536 ids; an ordinary user's holds the one that is asked for. */
    @Test
    void aUserWhoIsNotMapped() {
        if (Outside.isRoot()) {
            SetupException failure =
                    refused(builder -> builder.user(User.of(70_000, 0)).command("true"));
            assertThatItSays(
                    failure, "become the command's user", "setresuid", "EINVAL", "not mapped in the container");
            assertThat(failure)
                    .hasMessageContaining("the container has the user ids 0..65535 and the group ids 0..65535");
        } else {
            SetupException failure = catchThrowableOfType(
                    SetupException.class,
                    () -> Container.unconfined()
                            .user(User.of(70_000, 0))
                            .command("true")
                            .build()
                            .start());
            assertThat(failure.step()).isEqualTo("become the command's user");
            assertThat(failure.errno().symbol()).isEqualTo("EPERM");
        }
    }

    @Test
    void aGroupThatIsNotMapped() {
        if (Outside.isRoot()) {
            assertThatItSays(
                    refused(builder -> builder.user(User.of(0, 70_000)).command("true")),
                    "become the command's user",
                    "setresgid",
                    "EINVAL",
                    "group id is not mapped");
        }
    }

    @Test
    void anArgumentListThatIsTooLong() {
        SetupException failure = refused(builder -> builder.command("true", "x".repeat(200_000)));
        assertThat(failure.call()).isEqualTo("execve");
        assertThat(failure.errno()).isEqualTo(Errno.E2BIG);
        assertThat(failure.remedy().orElse("")).startsWith("An argument or a variable may have 128 KiB");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aFailedStartCanBeTriedAgain() throws Exception {
        Container container = Container.builder()
                .bind(HostPath.of(directory.resolve("late")), "/work", Access.READ_ONLY)
                .command("ls", "/work")
                .build();
        assertThat(catchThrowableOfType(SetupException.class, container::start)).isNotNull();
        Files.createDirectory(directory.resolve("late"));
        assertThat(container.run().exitStatus().success()).isTrue();
    }
}

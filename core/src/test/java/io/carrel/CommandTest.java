package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.namespaces.User;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is executed, with what, and where. */
@Tag("kernel")
class CommandTest {

    private static void script(Path file, String text, String permissions) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static ContainerBuilder with(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Container.builder().bind(HostPath.of(directory), "/work", Access.READ_ONLY);
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aNameIsLookedForAlongThePath(@TempDir Path directory) throws Exception {
        script(directory.resolve("b/tool"), "echo b $1", "rwxr-xr-x");
        script(directory.resolve("c/tool"), "echo c $1", "rwxr-xr-x");
        ContainerResult result = with(directory)
                .environment("PATH", "/work/a:/work/b:/work/c:/usr/bin:/bin")
                .command("tool", "argument")
                .build()
                .run();
        assertThat(result.stdout()).isEqualTo("b argument\n");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aFileThatMayNotBeExecutedIsPassedOver(@TempDir Path directory) throws Exception {
        script(directory.resolve("a/tool"), "echo a", "rw-r--r--");
        script(directory.resolve("b/tool"), "echo b", "rwxr-xr-x");
        Files.createDirectories(directory.resolve("d/tool"));
        ContainerResult result = with(directory)
                .environment("PATH", "/work/a:/work/d:/etc/passwd:/work/b")
                .command("tool")
                .build()
                .run();
        assertThat(result.stdout()).isEqualTo("b\n");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void anEmptyPartOfThePathIsTheWorkingDirectory(@TempDir Path directory) throws Exception {
        script(directory.resolve("tool"), "echo here", "rwxr-xr-x");
        ContainerResult result = with(directory)
                .environment("PATH", "/usr/bin::/bin")
                .workingDirectory("/work")
                .command("tool")
                .build()
                .run();
        assertThat(result.stdout()).isEqualTo("here\n");
    }

    @Test
    @NeedsKernel(KernelFeature.BINDS)
    void aNameWithASlashIsNotLookedFor(@TempDir Path directory) throws Exception {
        script(directory.resolve("tool"), "echo $0", "rwxr-xr-x");
        ContainerResult result = with(directory)
                .workingDirectory("/work")
                .command("./tool")
                .build()
                .run();
        assertThat(result.stdout()).isEqualTo("./tool\n");
    }

    @Test
    void argumentsArriveAsTheyAre() throws Exception {
        ContainerResult result = Container.builder()
                .command("printf", "[%s]", "", " ", "a b", "'\"$HOME`\\", "*", "ä€𝄞", "line\nend")
                .build()
                .run();
        assertThat(result.stdout()).isEqualTo("[][ ][a b]['\"$HOME`\\][*][ä€𝄞][line\nend]");
    }

    @Test
    void aLongArgumentArrives() throws Exception {
        String text = "x".repeat(100_000);
        ContainerResult result =
                Container.builder().command("printf", "%s", text).build().run();
        assertThat(result.stdout()).isEqualTo(text);
    }

    @Test
    void theEnvironmentIsWhatWasGiven() throws Exception {
        ContainerResult result = Container.builder()
                .environment("A", "1")
                .environment(Map.of("B", "two words"))
                .environment("A", "changed")
                .environment("EMPTY", "")
                .command("env")
                .build()
                .run();
        assertThat(result.stdout().lines().filter(line -> !line.startsWith("PATH=")))
                .containsExactlyInAnyOrder("A=changed", "B=two words", "EMPTY=");
    }

    @Test
    void startsInTheRootUnlessToldOtherwise() throws Exception {
        assertThat(Inside.run(Container.builder(), "pwd")).isEqualTo("/");
        assertThat(Inside.run(Container.builder().workingDirectory("/usr/bin/"), "pwd"))
                .isEqualTo("/usr/bin");
    }

    @Test
    void anUnconfinedCommandHasTheJvmsEnvironmentAndDirectory() throws Exception {
        assertThat(Inside.run(Container.unconfined().environment("MINE", "x"), "pwd; echo $MINE"))
                .isEqualTo(System.getProperty("user.dir") + "\nx");
        ContainerResult result = Container.unconfined().command("env").build().run();
        assertThat(result.stdout().lines())
                .containsAll(System.getenv().entrySet().stream()
                        .filter(variable -> !variable.getValue().contains("\n"))
                        .map(Object::toString)
                        .toList());
    }

    @Test
    void theHostNameCanBeChosen() throws Exception {
        String longest = "h".repeat(64);
        assertThat(Inside.run(Container.builder().hostname("judge-7.example"), "uname -n"))
                .isEqualTo("judge-7.example");
        assertThat(Inside.run(Container.builder().hostname(longest), "uname -n"))
                .isEqualTo(longest);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 42, 127, 255})
    void theExitCodeIsTheCommands(int code) throws Exception {
        assertThat(Inside.attempt(Container.builder(), "exit " + code).exitStatus())
                .isEqualTo(new ExitStatus.Exited(code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM 15", "KILL 9", "SEGV 11", "HUP 1", "USR1 10"})
    void theSignalThatEndedItIsTold(String signal) throws Exception {
        String name = signal.split(" ", -1)[0];
        int number = Integer.parseInt(signal.split(" ", -1)[1]);
        assertThat(Inside.attempt(Container.builder(), "kill -%s $$".formatted(name))
                        .exitStatus())
                .isEqualTo(new ExitStatus.Signaled(number));
    }

    @Test
    void whatItUsedIsTold() throws Exception {
        ContainerResult result =
                Inside.attempt(Container.builder(), "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
        assertThat(result.usage().orElseThrow().userTime()).isPositive();
        assertThat(result.usage().orElseThrow().maxResidentBytes()).isBetween(100L << 10, 1L << 30);
    }

    @Test
    void theSameContainerRunsAgain() throws Exception {
        Container container = Container.builder().command("echo", "again").build();
        assertThat(container.run().stdout()).isEqualTo("again\n");
        assertThat(container.run().stdout()).isEqualTo("again\n");
    }

    @Test
    void aUserOfAnyNumberIsTheOneInside() throws Exception {
        assertThat(Inside.run(Container.builder().user(User.of(4242, 77)), "id -u; id -g; id -G"))
                .isEqualTo("4242\n77\n77");
        assertThat(Inside.run(Container.builder().user(User.ROOT), "id -u; id -g"))
                .isEqualTo("0\n0");
    }

    @Test
    void theUsualUserIsTheJvmsOwn() throws Exception {
        assertThat(Inside.run(Container.builder(), "id -u; id -g")).isEqualTo(Outside.uid() + "\n" + Outside.gid());
        assertThat(Inside.run(Container.unconfined(), "id -u; id -g")).isEqualTo(Outside.uid() + "\n" + Outside.gid());
    }
}

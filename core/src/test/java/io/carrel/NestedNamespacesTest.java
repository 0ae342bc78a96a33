package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import io.carrel.namespaces.User;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** User namespaces below a container's, in which a command would have every capability. */
@Tag("kernel")
class NestedNamespacesTest {

    private static final Path MOST = Path.of("/proc/sys/user/max_user_namespaces");
    /** ENOSPC is what the kernel says when there are too many. */
    private static final String REFUSED = "No space left on device";

    static Stream<ContainerBuilder> withAUserNamespaceOfTheirOwn() {
        return Stream.of(
                Container.builder(),
                Container.builder().init(false),
                Container.builder().share(NamespaceType.PID),
                Container.builder().share(NamespaceType.MOUNT),
                Container.builder().share(NamespaceType.NETWORK),
                Container.builder().user(User.of(1000, 1000)),
                Container.builder().root(RootFs.host()));
    }

    @ParameterizedTest
    @MethodSource("withAUserNamespaceOfTheirOwn")
    void cannotBeMade(ContainerBuilder builder) throws Exception {
        String before = Files.readString(MOST);
        ContainerResult result = Inside.attempt(builder, "unshare -U true; unshare -Urn true; cat " + MOST);
        assertThat(result.stderr().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains(REFUSED));
        assertThat(result.stdout()).isEqualTo("0\n");
        assertThat(Files.readString(MOST)).as("the host's").isEqualTo(before);
    }

    @Test
    @NeedsProgram("bwrap")
    void norByClone() throws Exception {
        String script = "bwrap --unshare-user --ro-bind / / true";
        assertThat(Inside.attempt(Container.builder(), script).stderr()).contains("ENOSPC");
    }

    @Test
    @NeedsProgram("busybox")
    @NeedsKernel(KernelFeature.LAYERS)
    void norInLayers(@TempDir Path directory) throws Exception {
        ContainerBuilder builder = Layers.on(RootFs.overlay(Layers.in(directory).busybox()));
        assertThat(Inside.attempt(builder, "busybox unshare -U true").stderr()).contains(REFUSED);
    }

    @Test
    void canBeMadeWhereTheyAreAllowed() throws Exception {
        assertThat(Inside.run(Container.builder().nestedUserNamespaces(true), "unshare -U echo made"))
                .isEqualTo("made");
        assertThat(Inside.run(Container.unconfined().isolate(NamespaceType.USER), "unshare -U echo made"))
                .isEqualTo("made");
    }

    @Test
    void asManyAsASettingSays() throws Exception {
        ContainerBuilder builder = Container.builder().sysctl("user.max_user_namespaces", "1");
        assertThat(Inside.run(builder, "cat " + MOST + "; unshare -U echo made"))
                .isEqualTo("1\nmade");
    }

    @Test
    void theCommandCannotChangeIt() throws Exception {
        for (ContainerBuilder builder : List.of(
                Container.builder(),
                Container.builder().user(User.ROOT),
                Container.builder().hideKernelFiles(true))) {
            ContainerResult result = Inside.attempt(builder, "echo 9 > %1$s; cat %1$s".formatted(MOST));
            assertThat(result.stderr()).isNotEmpty();
            assertThat(result.stdout()).isEqualTo("0\n");
        }
    }

    /**
     * In a user namespace it could mount the control groups, which may be the user's own, and kill or freeze the JVM.
     */
    @Test
    void theControlGroupsOfTheJvmAreOutOfReach() throws Exception {
        String script =
                "unshare -UrmC sh -c 'mount -t cgroup2 c /tmp && ls /tmp; mount -t cgroup -o freezer c /tmp && ls /tmp'";
        ContainerResult result = Inside.attempt(Container.builder(), script);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr()).contains(REFUSED);
    }

    @Test
    void planAndEnforcementSaySo() throws Exception {
        Container container = Container.builder().command("sleep", "100").build();
        assertThat(container.explain()).contains("set user.max_user_namespaces");
        try (ContainerProcess process = container.start()) {
            assertThat(process.enforcement().settings()).contains(new Sysctl("user.max_user_namespaces", "0"));
        }
        Container allowing =
                Container.builder().nestedUserNamespaces(true).command("true").build();
        assertThat(allowing.explain()).doesNotContain("max_user_namespaces");
    }
}

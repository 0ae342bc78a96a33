package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.linux.Capability;
import io.carrel.linux.RLimit;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerBuilderTest {

    private static final File FILE = new File("/nowhere/file");
    private static final IdMap IDS = IdMap.range(0, 100_000, 1000);

    static Stream<Arguments> setters() {
        return Stream.of(
                setter("command", builder -> builder.command("true")),
                setter("workingDirectory", builder -> builder.workingDirectory("/tmp")),
                setter("hostname", builder -> builder.hostname("name")),
                setter("user", builder -> builder.user(User.ROOT)),
                setter("idMaps", builder -> builder.idMaps(IDS, IDS)),
                setter("root", builder -> builder.root(RootFs.empty())),
                setter("redirectInput", builder -> builder.redirectInput(Redirect.PIPE)),
                setter("redirectOutput", builder -> builder.redirectOutput(Redirect.PIPE)),
                setter("redirectError", builder -> builder.redirectError(Redirect.PIPE)),
                setter("redirectErrorStream", builder -> builder.redirectErrorStream(false)),
                setter("redirectInput", ContainerBuilder::inheritIO),
                setter("timeout", builder -> builder.timeout(Duration.ofSeconds(1))),
                setter("outputLimit", builder -> builder.outputLimit(1)),
                setter("capabilities", ContainerBuilder::capabilities),
                setter("noNewPrivileges", builder -> builder.noNewPrivileges(false)),
                setter("init", builder -> builder.init(false)),
                setter("network", builder -> builder.network(Network.none())));
    }

    private static Arguments setter(String name, Consumer<ContainerBuilder> call) {
        return Arguments.of(name, call);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setters")
    void aSetterIsCalledOnceOnly(String name, Consumer<ContainerBuilder> call) {
        ContainerBuilder builder = Container.builder();
        call.accept(builder);
        assertThatIllegalStateException()
                .isThrownBy(() -> call.accept(builder))
                .withMessage(name + "(...) was called before");
    }

    static Stream<Arguments> badArguments() {
        return Stream.of(
                bad("a command needs at least a program's name", ContainerBuilder::command),
                bad("a command needs at least a program's name", builder -> builder.command("", "x")),
                bad(
                        "an argument of the command contains a NUL character: \"a\0b\"",
                        builder -> builder.command("echo", "a\0b")),
                bad("not the name of a variable: \"\"", builder -> builder.environment("", "x")),
                bad("not the name of a variable: \"A=B\"", builder -> builder.environment("A=B", "x")),
                bad(
                        "the name of a variable contains a NUL character: \"A\0\"",
                        builder -> builder.environment("A\0", "x")),
                bad(
                        "the value of A contains a NUL character: \"x\0y\"",
                        builder -> builder.environment(Map.of("A", "x\0y"))),
                bad(
                        "a path in a container must be absolute, was \"work\"",
                        builder -> builder.workingDirectory("work")),
                bad(
                        "a path in a container must not contain . or .., was \"/work/../etc\"",
                        builder -> builder.workingDirectory("/work/../etc")),
                bad(
                        "not a host name of at most 64 letters, digits, dots and hyphens: \"\"",
                        builder -> builder.hostname("")),
                bad(
                        "not a host name of at most 64 letters, digits, dots and hyphens: \"a b\"",
                        builder -> builder.hostname("a b")),
                bad(
                        "not a host name of at most 64 letters, digits, dots and hyphens: \"a\nb\"",
                        builder -> builder.hostname("a\nb")),
                bad(
                        "not a host name of at most 64 letters, digits, dots and hyphens: \"" + "x".repeat(65) + "\"",
                        builder -> builder.hostname("x".repeat(65))),
                bad(
                        "no user outside is user 0 inside: 1 1000 1",
                        builder -> builder.idMaps(IdMap.single(1, 1000), IDS)),
                bad(
                        "no group outside is group 0 inside: 1 1000 1",
                        builder -> builder.idMaps(IDS, IdMap.single(1, 1000))),
                bad(
                        "the root is set by root(...), not by a mount on /",
                        builder -> builder.bind(HostPath.of("/tmp"), "/", Access.READ_ONLY)),
                bad(
                        "a path in a container must be absolute, was \"x\"",
                        builder -> builder.bind(HostPath.of("/tmp"), "x", Access.READ_ONLY)),
                bad("the root is set by root(...), not by a mount on /", builder -> builder.tmpfs("/")),
                bad("the size of a tmpfs must be positive, was 0", builder -> builder.tmpfs("/t", 0)),
                bad("the size of a tmpfs must be positive, was -1", builder -> builder.tmpfs("/t", -1)),
                bad(
                        "standard input cannot be read from redirect to write to file \"/nowhere/file\"",
                        builder -> builder.redirectInput(Redirect.to(FILE))),
                bad(
                        "standard input cannot be read from redirect to append to file \"/nowhere/file\"",
                        builder -> builder.redirectInput(Redirect.appendTo(FILE))),
                bad(
                        "standard output cannot be written to redirect to read from file \"/nowhere/file\"",
                        builder -> builder.redirectOutput(Redirect.from(FILE))),
                bad(
                        "standard error cannot be written to redirect to read from file \"/nowhere/file\"",
                        builder -> builder.redirectError(Redirect.from(FILE))),
                bad("a timeout must be positive, was PT0S", builder -> builder.timeout(Duration.ZERO)),
                bad("a timeout must be positive, was PT-1S", builder -> builder.timeout(Duration.ofSeconds(-1))),
                bad("an output limit is 0 to 1 GiB, was -1", builder -> builder.outputLimit(-1)),
                bad("an output limit is 0 to 1 GiB, was 1073741825", builder -> builder.outputLimit((1L << 30) + 1)),
                bad("time namespaces are not supported", builder -> builder.isolate(NamespaceType.TIME)));
    }

    private static Arguments bad(String message, Consumer<ContainerBuilder> call) {
        return Arguments.of(message, call);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badArguments")
    void aBadArgumentIsRefusedAtOnce(String message, Consumer<ContainerBuilder> call) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> call.accept(Container.builder()))
                .withMessage(message);
    }

    static Stream<Consumer<ContainerBuilder>> nulls() {
        return Stream.of(
                builder -> builder.user(missing()),
                builder -> builder.root(missing()),
                builder -> builder.bind(missing(), "/x", Access.READ_ONLY),
                builder -> builder.bind(HostPath.of("/tmp"), "/x", missing()),
                builder -> builder.command("echo", missing()),
                builder -> builder.environment("A", missing()),
                builder -> builder.timeout(missing()),
                builder -> builder.hostname(missing()),
                builder -> builder.network(missing()));
    }

    /** What a caller without NullAway may pass. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T missing() {
        return null;
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void nullIsRefused(Consumer<ContainerBuilder> call) {
        assertThatNullPointerException().isThrownBy(() -> call.accept(Container.builder()));
    }

    @Test
    void aLimitIsSetOncePerResource() {
        ContainerBuilder builder = Container.builder()
                .rlimit(RLimit.of(RLimit.Resource.NOFILE, 16))
                .rlimit(RLimit.of(RLimit.Resource.CPU, 1));
        assertThatIllegalStateException()
                .isThrownBy(() -> builder.rlimit(RLimit.of(RLimit.Resource.NOFILE, 32)))
                .withMessage("RLIMIT_NOFILE is set twice");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aContainerNeedsACommand(boolean confined) {
        ContainerBuilder builder = confined ? Container.builder() : Container.unconfined();
        assertThatIllegalStateException().isThrownBy(builder::build).withMessage("a container needs a command(...)");
    }

    @Test
    void aRootNeedsAMountNamespace() {
        String message =
                "a root and mounts need a mount namespace of the container's own: isolate(NamespaceType.MOUNT)";
        refuses(Container.unconfined().root(RootFs.hostSystem()), message);
        refuses(Container.unconfined().bind(HostPath.of("/tmp"), "/x", Access.READ_ONLY), message);
        refuses(Container.unconfined().tmpfs("/x"), message);
        refuses(Container.builder().share(NamespaceType.MOUNT).tmpfs("/x"), message);
        builds(Container.unconfined().root(RootFs.host()));
        builds(Container.builder().share(NamespaceType.MOUNT));
        builds(Container.unconfined().isolate(NamespaceType.MOUNT).tmpfs("/x"));
    }

    @Test
    void aHostNameNeedsAUtsNamespace() {
        String message = "a host name needs a UTS namespace of the container's own: isolate(NamespaceType.UTS)";
        refuses(Container.unconfined().hostname("x"), message);
        refuses(Container.builder().hostname("x").share(NamespaceType.UTS), message);
        builds(Container.builder().share(NamespaceType.UTS));
    }

    @Test
    void idMapsNeedAUserNamespace() {
        String message = "id maps need a user namespace of the container's own: isolate(NamespaceType.USER)";
        refuses(Container.unconfined().idMaps(IDS, IDS), message);
        refuses(Container.builder().share(NamespaceType.USER).idMaps(IDS, IDS), message);
        builds(Container.unconfined().isolate(NamespaceType.USER).idMaps(IDS, IDS));
    }

    private static void refuses(ContainerBuilder builder, String message) {
        assertThatIllegalStateException()
                .isThrownBy(builder.command("true")::build)
                .withMessage(message);
    }

    private static void builds(ContainerBuilder builder) {
        assertThat(builder.command("true").build()).isNotNull();
    }

    @Test
    void buildingDoesNotTouchTheHost() {
        Container container = Container.builder()
                .command("/no/such/command")
                .bind(HostPath.of("/no/such/directory"), "/work", Access.READ_WRITE)
                .root(RootFs.directory(Path.of("/no/such/root")))
                .build();
        assertThat(container).hasToString("Container[/no/such/command]");
    }

    @Test
    void theCommandCanBeAList() {
        assertThat(Container.builder().command(List.of("echo", "a b")).build()).hasToString("Container[echo, a b]");
    }

    @Test
    void moreGroupsThanThereCanBeAreRefused() {
        String[] groups = IntStream.range(0, 65_537).mapToObj(Integer::toString).toArray(String[]::new);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Container.builder().addGroups(groups))
                .withMessage("a command is in at most 65536 groups, not 65537");
    }

    @Test
    @Tag("kernel")
    void capabilitiesThatWouldNotCountInAJoinedNetworkAreRefused() {
        try (Namespace network = Namespace.current(NamespaceType.NETWORK)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Container.builder()
                            .command("true")
                            .network(Network.join(network))
                            .capabilities(Capability.CHOWN, Capability.NET_RAW)
                            .build())
                    .withMessageContaining("[NET_RAW] would have no effect")
                    .withMessageContaining("share(NamespaceType.USER)");
            Container.builder()
                    .command("true")
                    .network(Network.join(network))
                    .share(NamespaceType.USER)
                    .capabilities(Capability.NET_RAW)
                    .build();
        }
    }

    @Test
    @Tag("kernel")
    void sameWordsMakeEqualDefinitions() {
        try (Namespace one = Namespace.current(NamespaceType.UTS);
                Namespace other = Namespace.current(NamespaceType.UTS)) {
            assertThat(everything(one, "b").build().spec())
                    .isEqualTo(everything(other, "b").build().spec())
                    .hasSameHashCodeAs(everything(other, "b").build().spec())
                    .isNotEqualTo(everything(other, "c").build().spec());
        }
    }

    private static ContainerBuilder everything(Namespace names, String argument) {
        return Container.builder()
                .command("a", argument)
                .environment("KEY", "value")
                .join(names)
                .subordinateIds()
                .user(User.of(1, 2))
                .addGroups("audio")
                .bind(HostPath.of("/etc"), "/mnt", Access.READ_ONLY)
                .tmpfs("/scratch")
                .sysctl("net.ipv4.ip_forward", "1")
                .network(Network.egress(Egress.allow("example.org:443")))
                .publish(PortMapping.parse("8080:80"))
                .limits(Limits.builder().pids(7).build())
                .rlimit(RLimit.of(RLimit.Resource.NOFILE, 64))
                .addCapabilities(Capability.CHOWN)
                .redirectError(Redirect.to(FILE))
                .timeout(Duration.ofSeconds(3));
    }

    @Test
    void aDefinitionIsTheBeginningOfOthers() {
        Container first = Container.builder()
                .command("sort")
                .hostname("one")
                .environment("A", "1")
                .timeout(Duration.ofSeconds(5))
                .build();
        ContainerBuilder builder = first.toBuilder().command("sort", "-r").environment("B", "2");
        assertThat(builder.build().spec())
                .isEqualTo(Container.builder()
                        .command("sort", "-r")
                        .hostname("one")
                        .environment("A", "1")
                        .environment("B", "2")
                        .timeout(Duration.ofSeconds(5))
                        .build()
                        .spec());
        assertThatIllegalStateException().isThrownBy(() -> builder.command("again"));
        assertThat(first.toBuilder().build().spec()).isEqualTo(first.spec());
    }

    @Test
    void whatWasGivenBeforeIsStillChecked() {
        ContainerBuilder builder = Container.builder().command("true").hostname("one").build().toBuilder();
        assertThatIllegalStateException()
                .isThrownBy(() -> builder.share(NamespaceType.UTS).build())
                .withMessageContaining("UTS");
    }

    @Test
    void aContainerStaysAsItIsWhenItsBuilderGoesOn() {
        ContainerBuilder builder = Container.builder().command("true");
        Container container = builder.build();
        builder.environment("A", "1").build();
        assertThat(container.toBuilder().build().spec()).isEqualTo(container.spec());
    }
}

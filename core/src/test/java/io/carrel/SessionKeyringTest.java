package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Capability;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceSet;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.NeedsProgram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The keys of the session that the JVM was started in are not the command's, nor does a command leave keys in it. */
@Tag("kernel")
@NeedsProgram("keyctl")
class SessionKeyringTest {

    /** Looks for the session's key, and puts one of its own into its session. */
    private static final List<String> LOOKING = List.of(
            "sh",
            "-c",
            "keyctl search @s user kept > /dev/null 2>&1 && echo found || echo nothing;"
                    + " keyctl add user left x @s > /dev/null 2>&1; exit 0");

    /** Ways to run a command. */
    enum Kind {
        WITHOUT_CARREL,
        WITH_INIT,
        WITHOUT_INIT,
        AS_ANOTHER_USER_WITH_CAPABILITIES,
        IN_THE_HOSTS_USER_NAMESPACE,
        UNCONFINED,
        IN_NAMESPACES;

        private String output() throws Exception {
            return switch (this) {
                case WITHOUT_CARREL ->
                    new String(
                            new ProcessBuilder(LOOKING).start().getInputStream().readAllBytes(), UTF_8);
                case WITH_INIT -> output(Container.builder());
                case WITHOUT_INIT -> output(Container.builder().init(false));
                case AS_ANOTHER_USER_WITH_CAPABILITIES ->
                    output(Container.builder().user(User.of(1, 1)).capabilities(Capability.CHOWN));
                case IN_THE_HOSTS_USER_NAMESPACE ->
                    output(Container.unconfined().isolate(NamespaceType.USER));
                case UNCONFINED -> output(Container.unconfined());
                case IN_NAMESPACES -> {
                    try (NamespaceSet set = NamespaceSet.of(Namespace.current(NamespaceType.UTS))) {
                        Process process = set.without(NamespaceType.UTS).start(LOOKING);
                        yield new String(process.getInputStream().readAllBytes(), UTF_8);
                    }
                }
            };
        }

        private static String output(ContainerBuilder builder) throws InterruptedException {
            return builder.command(LOOKING).build().run().stdout();
        }
    }

    /** Runs a command in one way. */
    static final class Running {
        public static void main(String[] arguments) throws Exception {
            System.out.print(Kind.valueOf(arguments[0]).output());
        }
    }

    private static String inASession(Kind kind) throws Exception {
        return ChildJvm.by(
                        "keyctl",
                        "session",
                        "-",
                        "sh",
                        "-c",
                        "keyctl add user kept secret @s > /dev/null; \"$@\"; keyctl search @s user left > /dev/null 2>&1"
                                + " && echo changed || echo as before",
                        "sh")
                .run(Running.class, kind.name())
                .stdout();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WITHOUT_CARREL")
    void aCommandHasNoKeyOfTheJvmsSessionAndLeavesNone(Kind kind) throws Exception {
        assertThat(inASession(kind)).isEqualTo("nothing\nas before");
    }

    /** The control. */
    @Test
    void anyOtherCommandHasThemAndLeavesItsOwn() throws Exception {
        assertThat(inASession(Kind.WITHOUT_CARREL)).isEqualTo("found\nchanged");
    }

    /** More than a user may have keys (kernel.keys.maxkeys, 200), all of one user of the host's. */
    @Test
    @Tag("root")
    @Tag("long")
    void moreContainersRunThanTheirUserMayHaveKeyrings() throws Exception {
        Container container = Container.builder()
                .command("sh", "-c", "keyctl add user passed-on x @s > /dev/null 2>&1; read end; keyctl list @s")
                .build();
        List<ContainerProcess> running = new ArrayList<>();
        try {
            for (int i = 0; i < 250; i++) {
                running.add(container.start());
            }
            ContainerProcess last = running.get(running.size() - 1);
            assertThat(running).allMatch(ContainerProcess::isAlive);
            last.getOutputStream().close();
            assertThat(new String(last.getInputStream().readAllBytes(), UTF_8)).doesNotContain("passed-on");
            assertThat(last.awaitExit()).isInstanceOf(ExitStatus.Exited.class);
        } finally {
            running.forEach(ContainerProcess::close);
        }
    }
}

package io.carrel;

import static io.carrel.testing.IdleContainer.output;
import static io.carrel.testing.IdleContainer.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import io.carrel.linux.Capability;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SetupException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.program.Step;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.testing.GrantedUser;
import io.carrel.testing.NeedsProgram;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running container executes something as another user than its command's. */
@Tag("kernel")
class ExecUserTest {

    private static final String SELF =
            "grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Umask|Sig(Blk|Ign))' /proc/self/status; id; pwd";

    private static final User SOMEBODY = new User(1234, 2345, Set.of(2345L, 3456L));

    /** What a command of its own says of itself, in a container that is the same otherwise. */
    private static String ofACommand(ContainerBuilder builder) throws InterruptedException {
        return builder.command("sh", "-c", SELF).build().run().stdout();
    }

    private static void isWhatACommandOf(User user, Capability... asked) throws Exception {
        try (ContainerProcess container = start(Container.builder().capabilities(asked))) {
            for (int i = 0; i < 2; i++) {
                assertThat(output(container
                                .execBuilder("sh", "-c", SELF)
                                .user(user)
                                .start()))
                        .isEqualTo(ofACommand(
                                Container.builder().capabilities(asked).user(user)));
            }
        }
    }

    @Test
    @Tag("root")
    void itIsWhatACommandOfThatUserIs() throws Exception {
        isWhatACommandOf(SOMEBODY);
    }

    @Test
    @Tag("root")
    void itHasWhatThatUserWasGiven() throws Exception {
        isWhatACommandOf(SOMEBODY, Capability.NET_BIND_SERVICE, Capability.CHOWN);
    }

    /** The first process of such a container had nothing of root's in force, and yet can make one. */
    @Test
    @Tag("root")
    void rootIsWhatItIsElsewhere() throws Exception {
        try (ContainerProcess container =
                start(Container.builder().user(SOMEBODY).capabilities(Capability.CHOWN))) {
            assertThat(output(container
                            .execBuilder("sh", "-c", SELF)
                            .user(User.ROOT)
                            .start()))
                    .isEqualTo(ofACommand(Container.builder().user(User.ROOT).capabilities(Capability.CHOWN)));
            assertThat(output(container.exec("id", "-u"))).isEqualTo("1234\n");
        }
    }

    @Test
    @Tag("root")
    void itIsFoundByItsName() throws Exception {
        String who = "id -u; id -g; echo $HOME";
        try (ContainerProcess container = start(Container.builder())) {
            assertThat(output(container
                            .execBuilder("sh", "-c", who)
                            .user("www-data")
                            .start()))
                    .isEqualTo("33\n33\n/var/www\n");
            assertThat(output(container
                            .execBuilder("sh", "-c", who)
                            .user("www-data:5")
                            .environment("HOME", "/elsewhere")
                            .start()))
                    .isEqualTo("33\n5\n/elsewhere\n");
            assertThatThrownBy(() ->
                            container.execBuilder("true").user("nobody-at-all").start())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no user or group \"nobody-at-all\"");
            assertThat(output(container.exec("id", "-u"))).isEqualTo("0\n");
        }
    }

    @Test
    @Tag("root")
    void nobodyBecomesTheFirstProcess() throws Exception {
        try (ContainerProcess container = start(Container.builder())) {
            String ids = output(container.exec("sed", "-n", "s/^Uid:.//p", "/proc/1/status"));
            long uid = Long.parseLong(Splitter.on('\t').splitToList(ids).get(0));
            assertThatThrownBy(() ->
                            container.execBuilder("true").user(User.of(uid, 0)).start())
                    .isInstanceOf(NotPermittedException.class)
                    .hasMessageContaining("who is its first process");
        }
    }

    @Test
    @Tag("root")
    void aStepThatFailsIsNamed() throws Exception {
        Plan plan = Container.builder()
                .command("sh", "-c", "echo ready; cat > /dev/null")
                .build()
                .plan();
        String reason = "become another user than the command's";
        for (String call : new String[] {"setgroups", "setresgid", "setresuid"}) {
            int index = -1;
            for (int i = 0; i < plan.program().steps().size(); i++) {
                Step step = plan.program().steps().get(i);
                index = step.reason().equals(reason) && step.call().equals(call) ? i : index;
            }
            assertThat(index).isNotNegative();
            try (ContainerProcess container = plan.withFailingCall(index).start()) {
                assertThat(container.getInputStream().read()).isEqualTo('r');
                assertThatThrownBy(() ->
                                container.execBuilder("true").user(SOMEBODY).start())
                        .isInstanceOf(SetupException.class)
                        .hasMessageContaining(reason);
                assertThat(output(container.exec("echo", "others can"))).isEqualTo("others can\n");
            }
        }
    }

    @Test
    @Tag("root")
    void aContainerInTheHostsUserNamespaceRefusesIt() throws Exception {
        try (ContainerProcess container = start(Container.builder().share(NamespaceType.USER))) {
            assertThatThrownBy(
                            () -> container.execBuilder("true").user(SOMEBODY).start())
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("a user namespace of the container's own");
        }
    }

    @Test
    @Tag("user")
    void anOrdinaryUsersContainerHasOne() throws Exception {
        try (ContainerProcess container = start(Container.builder())) {
            assertThatThrownBy(
                            () -> container.execBuilder("true").user(SOMEBODY).start())
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("subordinateIds()");
        }
    }

    /** Executes as root and as another user of a range, and as one that is not in it. */
    static final class Granted {
        public static void main(String[] arguments) throws Exception {
            try (ContainerProcess container =
                    start(Container.builder().subordinateIds().user(User.of(5, 5)))) {
                for (String user : new String[] {"0", "7:8"}) {
                    System.out.print(output(container
                            .execBuilder("sh", "-c", "id -u; id -g")
                            .user(user)
                            .start()));
                }
                try {
                    container.execBuilder("true").user("70000:0").start();
                } catch (SetupException e) {
                    System.out.println(e.errno().symbol());
                }
                System.out.print(output(container.exec("id", "-u")));
            }
        }
    }

    @Test
    @Tag("root")
    @Tag("long")
    @NeedsProgram({"newuidmap", "newgidmap", "setpriv", "unshare"})
    void anOrdinaryUsersContainerWithSubordinateIdsHasMany(@TempDir Path directory) throws Exception {
        String output = GrantedUser.in(directory, GrantedUser.UID + ":700000:65536\n")
                .run(Granted.class)
                .success();
        assertThat(output.lines()).containsExactly("0", "0", "7", "8", "EINVAL", "5");
    }
}

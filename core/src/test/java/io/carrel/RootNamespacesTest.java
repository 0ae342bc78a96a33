package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.testing.Inside;
import io.carrel.testing.Outside;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What takes the host's root: ids of others, and namespaces without a user namespace around them. */
@Tag("root")
class RootNamespacesTest {

    @Test
    void theUserNamespaceCanBeShared() throws Exception {
        ContainerBuilder builder = Container.builder().share(NamespaceType.USER);
        assertThat(Inside.lines(builder, "readlink /proc/self/ns/user; id -u; grep CapEff /proc/self/status"))
                .containsExactly(Outside.ownNamespace("user"), "0", "CapEff:\t0000000000000000");
    }

    @Test
    void aContainerWithAUserNamespaceOfItsOwnJoinsANetwork() throws Exception {
        try (Namespace network = Namespace.create(NamespaceType.NETWORK)) {
            assertThat(Inside.lines(
                            Container.builder().network(Network.join(network)),
                            "readlink /proc/self/ns/net; readlink /proc/self/ns/user"))
                    .satisfiesExactly(
                            net -> assertThat(net).isEqualTo("net:[%d]".formatted(network.inode())),
                            user -> assertThat(user).isNotEqualTo(Outside.ownNamespace("user")));
        }
    }

    @Test
    void theIdsCanBeChosen() throws Exception {
        IdMap users = IdMap.of(new IdMapping(0, 300_000, 10), new IdMapping(1000, 400_000, 1));
        IdMap groups = IdMap.range(0, 500_000, 2000);
        ContainerBuilder builder =
                Container.builder().idMaps(users, groups).user(User.of(1000, 7)).command("cat");
        try (ContainerProcess running = builder.build().start()) {
            String command = Long.toString(Outside.children(running.pid()).get(0));
            assertThat(Outside.status(command, "Uid")).startsWith("400000\t");
            assertThat(Outside.status(command, "Gid")).startsWith("500007\t");
            assertThat(Outside.run("sed", "s/  */ /g; s/^ //", "/proc/%s/uid_map".formatted(command)))
                    .isEqualTo("0 300000 10\n1000 400000 1");
        }
    }

    @Test
    void anUnconfinedCommandBecomesAnotherUser() throws Exception {
        assertThat(Inside.lines(
                        Container.unconfined().workingDirectory("/").user(User.of(4242, 77)), "id -u; id -g; id -G"))
                .isEqualTo(List.of("4242", "77", "77"));
    }
}

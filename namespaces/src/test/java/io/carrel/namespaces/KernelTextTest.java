package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.linux.launch.Execution;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small texts of the kernel's, and texts made for it. */
class KernelTextTest {

    /** Lines of Linux 6.18 with iproute2's mounts, one of a directory with a blank and a backslash. */
    private static final String MOUNTINFO = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            40 22 0:24 /netns /run/netns rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,size=803088k
            41 40 0:4 net:[4026532300] /run/netns/lab rw shared:30 - nsfs nsfs rw
            42 22 0:4 uts:[4026532301] /tmp/a\\040b\\134c rw shared:31 - nsfs nsfs rw
            """;

    @Test
    void readsTheLinkOfANamespace() {
        assertThat(NamespaceLink.parse("net:[4026531840]"))
                .contains(new NamespaceLink(NamespaceType.NETWORK, 4_026_531_840L));
        assertThat(NamespaceLink.parse("mnt:[4026531841]").map(NamespaceLink::format))
                .contains("mnt:[4026531841]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "net:[]", "net:[12]x", "new:[12]", "pipe:[12]", "net:[9999999999999999999]"})
    void knowsWhatIsNoLinkOfANamespace(String text) {
        assertThat(NamespaceLink.parse(text)).isEmpty();
    }

    @Test
    void findsMountPointsAndNamespacesInMountinfo() {
        MountTable table = MountTable.parse(MOUNTINFO);

        assertThat(table.isMountPoint(Path.of("/run/netns"))).isTrue();
        assertThat(table.isMountPoint(Path.of("/run"))).isFalse();
        assertThat(table.mounts())
                .contains(
                        new MountTable.Mount("net:[4026532300]", Path.of("/run/netns/lab")),
                        new MountTable.Mount("uts:[4026532301]", Path.of("/tmp/a b\\c")));
    }

    @Test
    void joinsTheArgumentsOfACommand() {
        assertThat(NamespaceInfo.Member.command("sh\0-c\0read x\0", "sh")).isEqualTo("sh -c read x");
        assertThat(NamespaceInfo.Member.command("", "kthreadd\n")).isEqualTo("kthreadd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0b"})
    void refusesWhatIsNoNameOfANetworkNamespace(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkNames.file(name))
                .withMessageStartingWith("not a name for a network namespace");
    }

    @Test
    void keepsNamesWhereIpNetnsLooks() {
        assertThat(NetworkNames.file("lab")).isEqualTo(Path.of("/run/netns/lab"));
    }

    @Test
    void looksForACommandAlongThePath() {
        assertThat(execution("id", "PATH", "/a::/b").candidates()).containsExactly("/a/id", "id", "/b/id");
        assertThat(execution("./id", "PATH", "/a").candidates()).containsExactly("./id");
        assertThat(execution("id", "HOME", "/").candidates()).contains("/usr/bin/id", "/sbin/id");
    }

    private static Execution execution(String command, String variable, String value) {
        return new Execution(ImmutableList.of(command), ImmutableMap.of(variable, value), "");
    }
}

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

package io.carrel.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Printable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortMappingTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "8080:80",
                "127.0.0.1:8080:80",
                "127.0.0.1::80",
                "[::1]:8080:80",
                "[2001:db8::1]::80/udp",
                "8000-8010:80-90",
                "8000-8010:80",
                "80-82",
                "5353:53/udp",
                "0.0.0.0:65535:1"
            })
    void isWrittenAsItWasRead(String text) {
        assertThat(PortMapping.parse(text)).hasToString(text).isEqualTo(PortMapping.parse(text));
    }

    @Test
    void aNegativePortIsShownWhole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortRange.parse("-1"))
                .withMessage("not a port: \"-1\"");
    }

    @Test
    void hasItsPartsApart() {
        PortMapping mapping = PortMapping.parse("[::1]:8000-8001:80-81/UDP");
        assertThat(mapping.hostAddress()).contains(InetAddresses.forString("::1"));
        assertThat(mapping.hostPorts()).contains(new PortRange(8000, 8001));
        assertThat(mapping.containerPorts()).isEqualTo(new PortRange(80, 81));
        assertThat(mapping.protocol()).isEqualTo(Protocol.UDP);
    }

    /** Those of an image are another's text. */
    @ParameterizedTest
    @ValueSource(strings = {"80/%s", "%s", "%s:80", "[%s]:1:80", "%s:1:80"})
    void whatIsNoneIsRefusedInOneLine(String text) {
        String forged = text.formatted("\u001b[31m\r\ncarrel: all is well\u009b");
        assertThatThrownBy(() -> PortMapping.parse(forged))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).isEqualTo(Printable.of(String.valueOf(e.getMessage()))));
    }

    @Test
    void isMadeWithoutText() {
        assertThat(PortMapping.of(8080, 80)).hasToString("8080:80");
        assertThat(PortMapping.of(53).with(Protocol.UDP).on(InetAddresses.forString("127.0.0.1")))
                .hasToString("127.0.0.1::53/udp");
    }

    @Test
    void takesRangesApartInOrder() {
        assertThat(PortMapping.parse("127.0.0.1:8000-8002:80-82/udp").single())
                .extracting(PortMapping::toString)
                .containsExactly("127.0.0.1:8000:80/udp", "127.0.0.1:8001:81/udp", "127.0.0.1:8002:82/udp");
        assertThat(PortMapping.parse("80-81").single())
                .extracting(PortMapping::toString)
                .containsExactly("80", "81");
        assertThat(PortMapping.parse("8000-8010:80").single())
                .extracting(PortMapping::toString)
                .containsExactly("8000-8010:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "::",
                ":80",
                "80:",
                "0",
                "65536",
                "99999999999999999999",
                "-1",
                "+80",
                "8 0",
                "８０",
                "80/",
                "80/icmp",
                "80/tcp/udp",
                "81-80",
                "80-",
                "-80",
                "1-2-3",
                "8000-8001:80-82",
                "8000:80-81",
                "a:80",
                "localhost:80:80",
                "127.0.0.1:80",
                "256.0.0.1:80:80",
                "1.2.3:80:80",
                "::1:80:80",
                "[::1:80:80",
                "[::1]80:80",
                "[127.0.0.1]:80:80",
                "[]:80:80",
                "[::1]",
                "::80",
                "127.0.0.1:80:80:80",
                "80\n",
                "80;reboot"
            })
    void refusesWhatIsNoMapping(String text) {
        assertThatThrownBy(() -> PortMapping.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a mapping of ports")
                .hasMessageContaining("\"" + Printable.of(text) + "\"");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> PortMapping.parse("8000-8001:80-82"))
                .hasMessageEndingWith(
                        "as many ports of the host's as of the container's are needed, not 8000-8001 for 80-82");
        assertThatThrownBy(() -> PortMapping.parse("70000:80")).hasMessageEndingWith("a port is 1 to 65535, was 70000");
    }

    @Test
    void knowsWhatCannotBothBe() {
        PortMapping all = PortMapping.parse("8000-8002:80-82");
        assertThat(all.collidesWith(PortMapping.parse("127.0.0.1:8001:99"))).isTrue();
        assertThat(all.collidesWith(PortMapping.parse("8003:80"))).isFalse();
        assertThat(all.collidesWith(PortMapping.parse("8001:80/udp"))).isFalse();
        assertThat(all.collidesWith(PortMapping.parse("80"))).isFalse();
        assertThat(PortMapping.parse("127.0.0.1:1:1").collidesWith(PortMapping.parse("127.0.0.2:1:1")))
                .isFalse();
        // Of a choice of ports another may be free.
        assertThat(PortMapping.parse("8000-8010:80").collidesWith(PortMapping.parse("8000-8010:81")))
                .isFalse();
    }
}

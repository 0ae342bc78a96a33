package io.carrel.cgroups.limits;

import static io.carrel.cgroups.limits.DeviceAccess.MKNOD;
import static io.carrel.cgroups.limits.DeviceAccess.READ;
import static io.carrel.cgroups.limits.DeviceAccess.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceRuleTest {

    @ParameterizedTest
    @ValueSource(strings = {"c 1:3 rwm", "b 8:* r", "c *:* m", "c 4095:1048575 rw", "a *:* rwm", "deny c 1:3 w"})
    void parseReadsWhatToStringWrites(String text) {
        assertThat(DeviceRule.parse(text)).hasToString(text);
    }

    @Test
    void parseFindsEachPart() {
        assertThat(DeviceRule.parse("deny b 8:16 wr"))
                .isEqualTo(new DeviceRule(false, DeviceType.BLOCK, 8, 16, Set.of(READ, WRITE)));
        assertThat(DeviceRule.parse("c *:0 m"))
                .isEqualTo(new DeviceRule(true, DeviceType.CHARACTER, DeviceRule.ANY, 0, Set.of(MKNOD)));
    }

    @Test
    void aloneTheLetterForAllIsAllOfThem() {
        assertThat(DeviceRule.parse("a")).isEqualTo(DeviceRule.ALLOW_ALL);
        assertThat(DeviceRule.parse("deny a")).isEqualTo(DeviceRule.DENY_ALL);
        assertThat(DeviceRule.parse("deny a *:* rwm")).isEqualTo(DeviceRule.DENY_ALL);
    }

    @Test
    void formatIsWhatTheKernelsFilesTake() {
        assertThat(DeviceRule.parse("deny c 1:3 rm").format()).isEqualTo("c 1:3 rm");
        assertThat(DeviceRule.parse("c 1:3 r").denied()).hasToString("deny c 1:3 r");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c",
                "c 1:3",
                "c 1:3 ",
                "c 1:3 x",
                "c 1:3 rwmr",
                "d 1:3 r",
                "c 1 r",
                "c -1:3 r",
                "c 1:3 rw\n",
                "deny",
                "forbid c 1:3 r",
                "c 1:9999999999 r",
                " c 1:3 r"
            })
    void refusesWhatIsNoRule(String text) {
        assertThatThrownBy(() -> DeviceRule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no device rule: \"" + text + "\"");
    }

    @Test
    void refusesNumbersThatLinuxDoesNotHave() {
        assertThatThrownBy(() -> DeviceRule.parse("c 4096:0 r"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a major number of devices is 0 to 4095 or any, not 4096");
        assertThatThrownBy(() -> DeviceRule.parse("c 0:1048576 r"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a minor number of devices is 0 to 1048575 or any, not 1048576");
        assertThatThrownBy(() -> new DeviceRule(true, DeviceType.BLOCK, -2, 0, Set.of(READ)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not -2");
    }

    @Test
    void refusesAnAccessThatIsNoneOrTwice() {
        assertThatThrownBy(() -> new DeviceRule(true, DeviceType.BLOCK, 8, 0, Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a device rule says what for: read, write or mknod");
        assertThatThrownBy(() -> DeviceRule.parse("c 1:3 rr"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    /** The kernel takes "a 1:3 r" for all devices and all access, which nobody who writes it means. */
    @Test
    void refusesSomeDevicesOfAllTypes() {
        for (String text : List.of("a 1:3 rwm", "a *:* r", "deny a 1:* rwm")) {
            assertThatThrownBy(() -> DeviceRule.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("make one rule for c and one for b");
        }
    }

    @Test
    @Tag("kernel")
    void findsTheNumbersOfANode(@TempDir Path directory) throws Exception {
        assertThat(DeviceRule.of(Path.of("/dev/null"))).hasToString("c 1:3 rwm");
        assertThat(DeviceRule.of(Path.of("/dev/urandom"), READ)).hasToString("c 1:9 r");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/zero"));
        assertThat(DeviceRule.of(link, READ, WRITE)).hasToString("c 1:5 rw");
    }

    @Test
    @Tag("kernel")
    void namesADeviceThatIsUnknown(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> DeviceRule.of(Path.of("/dev/frobnicate")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown device /dev/frobnicate");
        assertThatThrownBy(() -> DeviceRule.of(file.resolve("below")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown device " + file.resolve("below"));
        assertThatThrownBy(() -> DeviceRule.of(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " is no device");
    }

    @Test
    void theDefaultsAreThoseOfOciRuntimes() {
        assertThat(DeviceRule.defaults())
                .extracting(DeviceRule::toString)
                .containsExactly(
                        "deny a *:* rwm",
                        "c *:* m",
                        "b *:* m",
                        "c 1:3 rwm",
                        "c 1:5 rwm",
                        "c 1:7 rwm",
                        "c 1:8 rwm",
                        "c 1:9 rwm",
                        "c 5:0 rwm",
                        "c 5:1 rwm",
                        "c 5:2 rwm",
                        "c 136:* rwm");
    }
}

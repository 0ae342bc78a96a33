package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.internal.devices.Rules.policy;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.NotPermittedException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules about devices need root, and an ordinary user hears so before there is a group. */
@Tag("user")
class DevicesUserTest {

    private static final Path NOWHERE = Path.of("/nowhere");
    private static final List<DeviceController> BOTH = List.of(new UnifiedDevices(NOWHERE), new LegacyDevices(NOWHERE));

    @Test
    void saysWhyAndWhatToDo() {
        for (DeviceController devices : BOTH) {
            assertThatThrownBy(() -> devices.check(policy("deny a")))
                    .isInstanceOf(NotPermittedException.class)
                    .hasMessageStartingWith("This process may not set device rules: that takes ")
                    .hasMessageContaining("Run the JVM as root, or leave out the rules");
        }
    }

    @Test
    void noRulesNeedNoRoot() {
        for (DeviceController devices : BOTH) {
            assertThatNoException().isThrownBy(() -> devices.check(policy()));
        }
    }
}

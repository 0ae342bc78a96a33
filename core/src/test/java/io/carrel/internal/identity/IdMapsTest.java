package io.carrel.internal.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.User;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdMapsTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"0 1000 1\", 0",
                "\"0 1879048192 65536\", 0..65535",
                "\"0 1000 1;1 100000 65536\", 0..65536",
                "\"10 7 5;0 1000 1;15 70 1;100 1 1\", \"0, 10..15, 100\""
            })
    void namesTheIdsInside(String map, String described) {
        assertThat(IdMaps.describe(IdMap.parse(map.replace(';', '\n')))).isEqualTo(described);
    }

    @Test
    void leavesOutListedGroupsThatAreNotMappedButNoneThatWasAskedFor() {
        IdMaps ids = new IdMaps(IdMap.range(0, 1000, 10), IdMap.range(0, 1000, 10));
        UserSpec listed = UserSpec.USUAL.with(User.of(1, 2).withGroups(3, 70_000));
        assertThat(ids.known(listed)).isEqualTo(User.of(1, 2).withGroups(3));
        assertThat(ids.remark(ids.known(listed))).isEmpty();
        UserSpec asked = new UserSpec(listed.user(), "", List.of(), Set.of(80_000L));
        assertThat(ids.known(asked)).isEqualTo(User.of(1, 2).withGroups(3, 80_000));
        assertThat(ids.remark(ids.known(asked)))
                .isEqualTo(" (the container has the user ids 0..9 and the group ids 0..9)");
    }
}

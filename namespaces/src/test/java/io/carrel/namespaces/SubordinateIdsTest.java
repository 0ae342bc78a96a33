package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubordinateIdsTest {

    private static final String SUBUID = "alice:100000:65536\nbob:165536:65536\n1000:300000:1000\nalice:400000:10\n";

    @Test
    void findsTheRangesOfAUserByName() {
        assertThat(SubordinateIds.parse(SUBUID, "alice", 1001))
                .containsExactly(new IdRange(100_000, 65_536), new IdRange(400_000, 10));
    }

    @Test
    void findsTheRangesOfAUserByNameAndById() {
        assertThat(SubordinateIds.parse(SUBUID, "bob", 1000))
                .containsExactly(new IdRange(165_536, 65_536), new IdRange(300_000, 1000));
    }

    @Test
    void findsNothingForOthers() {
        assertThat(SubordinateIds.parse(SUBUID, "ali", 100)).isEmpty();
        assertThat(SubordinateIds.parse("", "alice", 1000)).isEmpty();
    }

    /** So does newuidmap; an error would take what the other lines grant. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "alice:",
                "alice:1",
                "alice:1:2:3",
                "alice:x:1",
                "alice:1:0",
                "alice:1:-5",
                "alice:-1:5",
                "alice:4294967295:1",
                "alice:4294967294:2"
            })
    void passesOverMalformedLinesOfTheUser(String line) {
        assertThat(SubordinateIds.parse(line + "\n1000:7:3\n", "alice", 1000)).containsExactly(new IdRange(7, 3));
    }

    @Test
    void passesOverMalformedLinesOfOthers() {
        assertThat(SubordinateIds.parse("# comment\n\nbob:x\nalice:5:1", "alice", 1000))
                .containsExactly(new IdRange(5, 1));
    }

    @Test
    void mapsARange() {
        assertThat(new IdRange(100_000, 65_536).mappedTo(1)).isEqualTo(new IdMapping(1, 100_000, 65_536));
    }

    @Test
    void knowsWhatARangeHolds() {
        IdRange range = new IdRange(10, 2);

        assertThat(LongStream.of(9, 10, 11, 12).filter(range::contains)).containsExactly(10L, 11L);
    }

    @Test
    @Tag("kernel")
    void readsTheHostsFiles() throws Exception {
        SubordinateIds granted = SubordinateIds.ofCurrentUser();

        String name = Shell.output("id", "-un");
        String lines = Shell.output("sh", "-c", "grep -c '^%s:' /etc/subuid || true".formatted(name));
        assertThat(granted.users()).hasSizeGreaterThanOrEqualTo(Integer.parseInt(lines));
    }
}

package io.carrel.internal.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.SubordinateIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantedIdsTest {

    private static final IdMap ALL = IdMap.range(0, 0, 4_294_967_295L);

    @ParameterizedTest
    @CsvSource({
        "a:300000:1000;a:400000:1000,            0 7 1;1 300000 1000;1001 400000 1000",
        "a:300000:1000;7:400000:10;b:500000:10,  0 7 1;1 300000 1000;1001 400000 10",
        "a:400000:10;a:300000:10,                0 7 1;1 400000 10;11 300000 10",
        "a:300000:10;7:300000:10,                0 7 1;1 300000 10",
        "a:300000:10;a:299990:30,                0 7 1;1 300000 10;11 299990 10;21 300010 10",
        "a:5:5,                                  0 7 1;1 5 2;3 8 2",
        "a:300000:0;a:300000:-5;a:x:5;a:400000:5, 0 7 1;1 400000 5",
        "a:4294967290:100;a::5;a:1:;a;a:9:1:1;a:400000:5, 0 7 1;1 400000 5",
    })
    void allThatIsGrantedIsMappedOnce(String subuid, String map) {
        assertThat(GrantedIds.map(7, ALL, SubordinateIds.parse(subuid.replace(';', '\n'), "a", 7)))
                .contains(IdMap.parse(map.replace(';', '\n')));
    }

    @Test
    void whatIsNotThereIsNotMapped() {
        IdMap some = IdMap.range(0, 0, 350_000);
        assertThat(GrantedIds.map(7, some, SubordinateIds.parse("a:400000:10\na:300000:10\n", "a", 7)))
                .contains(IdMap.parse("0 7 1\n1 300000 10\n"));
        assertThat(GrantedIds.map(7, some, SubordinateIds.parse("a:400000:10\n", "a", 7)))
                .isEmpty();
    }

    @Test
    void moreRangesThanTheKernelTakesAreLeftOut() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            text.append("a:").append(4_000_000_000L + 2L * i).append(":1\n");
        }
        assertThat(GrantedIds.map(7, ALL, SubordinateIds.parse(text.toString(), "a", 7)))
                .hasValueSatisfying(map -> assertThat(map.mappings()).hasSize(100));
    }
}

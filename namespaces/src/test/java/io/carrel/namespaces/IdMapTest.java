package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdMapTest {

    private static final IdMap CONTAINER = IdMap.parse("0 1000 1\n1 100000 65536\n");

    /** As cat /proc/self/uid_map prints it in a namespace that newuidmap made. */
    @Test
    void readsWhatTheKernelPrints() {
        IdMap map = IdMap.parse("         0       1000          1\n         1     100000      65536\n");

        assertThat(map.mappings()).containsExactly(new IdMapping(0, 1000, 1), new IdMapping(1, 100_000, 65_536));
    }

    @Test
    void readsTheMapOfTheInitialUserNamespace() {
        IdMap map = IdMap.parse("         0          0 4294967295\n");

        assertThat(map.toOutside(0xfffffffeL)).hasValue(0xfffffffeL);
        assertThat(map.toOutside(0xffffffffL)).isEmpty();
    }

    @Test
    void writesALineForEachMapping() {
        assertThat(IdMap.range(0, 100_000, 65_536).format()).isEqualTo("0 100000 65536\n");
        assertThat(IdMap.single(0, 1000).format()).isEqualTo("0 1000 1\n");
        assertThat(CONTAINER.format()).isEqualTo("0 1000 1\n1 100000 65536\n");
    }

    @Test
    void readsWhatItWrote() {
        assertThat(IdMap.parse(CONTAINER.format())).isEqualTo(CONTAINER);
        assertThat(IdMap.parse(IdMap.of().format())).isEqualTo(IdMap.of());
    }

    @Test
    void isEmptyBeforeItIsWritten() {
        assertThat(IdMap.parse("").isEmpty()).isTrue();
        assertThat(CONTAINER.isEmpty()).isFalse();
    }

    @Test
    void isShownInOneLine() {
        assertThat(CONTAINER).hasToString("0 1000 1, 1 100000 65536");
    }

    @ParameterizedTest
    @CsvSource({"0, 1000", "1, 100000", "2, 100001", "65536, 165535"})
    void translatesBothWays(long inside, long outside) {
        assertThat(CONTAINER.toOutside(inside)).hasValue(outside);
        assertThat(CONTAINER.toInside(outside)).hasValue(inside);
    }

    @Test
    void doesNotTranslateWhatIsNotMapped() {
        assertThat(CONTAINER.toOutside(65_537)).isEmpty();
        assertThat(CONTAINER.toOutside(-1)).isEmpty();
        assertThat(CONTAINER.toInside(0)).isEmpty();
        assertThat(CONTAINER.toInside(1001)).isEmpty();
        assertThat(CONTAINER.toInside(165_536)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 1000 10\n9 2000 1\n", "0 1000 10\n10 1009 1\n", "5 5 1\n5 5 1\n"})
    void refusesMappingsThatOverlap(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IdMap.parse(text)).withMessageContaining("overlap");
    }

    @Test
    void acceptsMappingsThatTouch() {
        assertThat(IdMap.parse("0 1000 10\n10 1010 10\n").toOutside(10)).hasValue(1010);
    }

    @Test
    void takesAsManyLinesAsTheKernel() {
        assertThat(IdMap.of(mappings(340)).mappings()).hasSize(340);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdMap.of(mappings(341)))
                .withMessage("an id map has at most 340 lines, not 341");
    }

    private static List<IdMapping> mappings(int count) {
        return LongStream.range(0, count)
                .mapToObj(i -> new IdMapping(i, 1000 + i, 1))
                .toList();
    }

    @Test
    void refusesATextThatTheKernelWouldNotTakeAtOnce() {
        List<IdMapping> mappings = LongStream.range(0, 200)
                .mapToObj(i -> new IdMapping(1_000_000_000 + i * 2, 2_000_000_000 + i * 2, 1))
                .toList();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdMap.of(mappings))
                .withMessage("an id map has at most 4095 characters, not 4800");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 1000", "0 1000 1 1", "a 1000 1", "0 -1 1", "0 99999999999 1", "\n", "0 1000 \u0663"})
    void refusesALineThatIsNone(String line) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdMap.parse(line))
                .withMessage("not a line of an id map: \"%s\"".formatted(line.strip()));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "4294967295, 0, 1", "0, 4294967295, 1", "1, 0, 4294967295", "0, 2, 4294967294", "0, 0, -1"})
    void refusesIdsThatDoNotExist(long inside, long outside, long count) {
        assertThatIllegalArgumentException().isThrownBy(() -> new IdMapping(inside, outside, count));
    }
}

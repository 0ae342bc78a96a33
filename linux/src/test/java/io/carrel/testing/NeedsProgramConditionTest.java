package io.carrel.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NeedsProgramConditionTest {

    @Test
    void runsTheTestWhereTheProgramsAre() {
        assertThat(NeedsProgramCondition.evaluate(new String[] {"sh"}, Map.of("PATH", "/nowhere:/usr/bin:/bin"))
                        .isDisabled())
                .isFalse();
    }

    @Test
    void skipsTheTestWithAReasonWhereOneIsMissing() {
        assertThat(NeedsProgramCondition.evaluate(new String[] {"sh", "frobnicate"}, Map.of("PATH", "/usr/bin:/bin"))
                        .getReason())
                .contains("the program frobnicate is not installed");
    }

    @Test
    void failsTheTestInCiWhereOneIsMissing() {
        assertThatThrownBy(() ->
                        NeedsProgramCondition.evaluate(new String[] {"frobnicate"}, Map.of("PATH", "/", "CI", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the program frobnicate is not installed; in CI no test is skipped for that");
    }
}

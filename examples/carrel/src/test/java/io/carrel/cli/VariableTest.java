package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariableTest {

    private static final Map<String, String> HOST = Map.of("TERM", "xterm");

    @Test
    void takesTheValueUpToTheEnd() {
        assertThat(Variable.parse("OPTS=-Da=b -Dc=d", HOST)).isEqualTo(new Variable("OPTS", "-Da=b -Dc=d"));
    }

    @Test
    void takesAnEmptyValue() {
        assertThat(Variable.parse("TERM=", HOST)).isEqualTo(new Variable("TERM", ""));
    }

    @Test
    void takesTheHostsValueWithoutOne() {
        assertThat(Variable.parse("TERM", HOST)).isEqualTo(new Variable("TERM", "xterm"));
    }

    @Test
    void staysUnsetWhereTheHostHasNone() {
        assertThat(Variable.parse("LANG", HOST)).isEqualTo(new Variable("LANG", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=value"})
    void needsAName(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Variable.parse(text, HOST))
                .withMessage("a variable is given as NAME=VALUE or NAME");
    }
}

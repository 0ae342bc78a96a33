package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariableTest {

    @Test
    void takesTheValueUpToTheEnd() {
        assertThat(Variable.parse("OPTS=-Da=b -Dc=d")).isEqualTo(new Variable("OPTS", "-Da=b -Dc=d"));
    }

    @Test
    void takesAnEmptyValue() {
        assertThat(Variable.parse("TERM=")).isEqualTo(new Variable("TERM", ""));
    }

    @Test
    void takesTheHostsValueWithoutOne() {
        assertThat(Variable.parse("TERM")).isEqualTo(new Variable("TERM", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=value"})
    void needsAName(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Variable.parse(text))
                .withMessage("a variable is given as NAME=VALUE or NAME");
    }
}

package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {

    @Test
    void wrapsBehindTheHeading() {
        String text = "word ".repeat(20).strip();

        assertThat(Page.wrapped("NO   ", text).lines())
                .containsExactly("NO   " + "word ".repeat(15).strip(), "     word word word word word");
    }

    @Test
    void doesNotCutWords() {
        String path = "/" + "x".repeat(100);

        assertThat(Page.wrapped("> ", "see " + path).lines()).containsExactly("> see", "  " + path);
    }

    @Test
    void makesColumnsAsWideAsTheyNeedToBe() {
        assertThat(Page.table(List.of(List.of("NS", "PID", "COMMAND"), List.of("4026531840", "1", "init")), 80)
                        .lines())
                .containsExactly("NS          PID  COMMAND", "4026531840  1    init");
    }

    @Test
    void cutsTheLastColumnAloneToTheWidth() {
        String table = Page.table(List.of(List.of("n".repeat(30), "c".repeat(100))), 80);

        assertThat(table)
                .isEqualTo("n".repeat(30) + "  " + "c".repeat(47) + "…")
                .hasSize(80);
    }

    @Test
    void cutsNothingWhereThereIsNoTerminal() {
        List<List<String>> rows = List.of(List.of("n".repeat(100), "c".repeat(300)));

        assertThat(Page.table(rows, Page.WHOLE)).isEqualTo("n".repeat(100) + "  " + "c".repeat(300));
        assertThat(Page.table(rows, 80)).isEqualTo("n".repeat(100) + "  " + "c".repeat(15) + "…");
    }

    @Test
    void letsNothingThroughThatControlsATerminal() {
        List<List<String>> rows = List.of(List.of("a\u009b1\u202e", "sh -c \u001b[2J\n"), List.of("b", "c"));

        assertThat(Page.table(rows, 80).lines())
                .containsExactly("a\\x9b1\\u202e  sh -c \\x1b[2J\\n", "b" + " ".repeat(13) + "c");
    }
}

package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void whatDoesNothingStays() {
        assertThat(Printable.of("")).isEmpty();
        assertThat(Printable.of("repo.example.org")).isEqualTo("repo.example.org");
        assertThat(Printable.of("Größe 漢字 \\ \ud83d\ude00")).isEqualTo("Größe 漢字 \\ \ud83d\ude00");
    }

    @Test
    void whatDoesSomethingIsSeen() {
        assertThat(Printable.of("a\ncarrel: fine\r\t\u001b]0;title\u0007"))
                .isEqualTo("a\\ncarrel: fine\\r\\t\\x1b]0;title\\x07");
        assertThat(Printable.of("\u0000\u007f\u009b31m\u0085")).isEqualTo("\\x00\\x7f\\x9b31m\\x85");
        assertThat(Printable.of("a\u202eb\u2028\u200b\ufeff")).isEqualTo("a\\u202eb\\u2028\\u200b\\ufeff");
        assertThat(Printable.of("\udb40\udc01 \ud800")).isEqualTo("\\u{e0001} \\ud800");
    }

    @Test
    void linesCanStayLines() {
        assertThat(Printable.lines("one\ntwo\r\u001b[1m")).isEqualTo("one\ntwo\\r\\x1b[1m");
    }
}

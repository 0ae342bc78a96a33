package io.carrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class DocumentsTest {

    /** Labels of an image are another's text, and a document is looked at on a terminal, too. */
    @Test
    void showsNothingRawThatDoesSomethingOnATerminal() {
        String hostile = "Größe \u001b[31m\u0007\r\n\u009b31m\u202e\u2028\u007f\udb40\udc01";
        ObjectNode document = Documents.object().put(hostile, hostile);
        String text = Documents.format(document);

        assertThat(text).contains("Größe", "\\u009b", "\\u202e", "\\udb40\\udc01");
        assertThat(text.codePoints().filter(c -> c != '\n' && Character.isISOControl(c)))
                .isEmpty();
        assertThat(text).doesNotContain("\u202e", "\u2028", "\udb40\udc01");
        assertThat(Documents.read(text)).isEqualTo(document);
    }
}

package io.carrel.cli;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import io.carrel.linux.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Text for a terminal. */
final class Page {

    private static final int WIDTH = 80;
    /** The width of what is not cut. */
    static final int WHOLE = Integer.MAX_VALUE;

    /** Of the last column, however little is left for it. */
    private static final int NARROWEST = 16;

    private static final String GAP = "  ";
    private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

    private Page() {}

    /** The text in lines that begin below its own beginning, behind {@code heading}. Words are not cut. */
    static String wrapped(String heading, String text) {
        String indent = " ".repeat(heading.length());
        StringJoiner page = new StringJoiner(System.lineSeparator());
        StringBuilder line = new StringBuilder(heading);
        for (String word : WORDS.split(Printable.lines(text))) {
            if (line.length() > heading.length()) {
                if (line.length() + 1 + word.length() > WIDTH) {
                    page.add(line);
                    line = new StringBuilder(indent);
                } else {
                    line.append(' ');
                }
            }
            line.append(word);
        }
        return page.add(line).toString();
    }

    /** Rows as a table: for the terminal if standard output is one, else whole. */
    static String table(List<List<String>> rows) {
        return table(rows, Terminal.isOutput() ? Terminal.width() : WHOLE);
    }

    /**
     * Rows as a table. Columns are as wide as they need to be; the last alone is cut, to what is left of the width, as
     * the others hold names. Characters that could do things to a terminal are shown as {@link Printable} does.
     */
    static String table(List<List<String>> cells, int width) {
        List<List<String>> rows = cells.stream()
                .map(row -> row.stream().map(Printable::of).toList())
                .toList();
        int columns = rows.get(0).size();
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < columns - 1; column++) {
            int index = column;
            widths.add(
                    rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0));
        }
        widths.add(Math.max(
                NARROWEST,
                width
                        - widths.stream()
                                .mapToInt(before -> before + GAP.length())
                                .sum()));
        StringJoiner page = new StringJoiner(System.lineSeparator());
        for (List<String> row : rows) {
            StringJoiner line = new StringJoiner(GAP);
            for (int column = 0; column < columns; column++) {
                line.add(cell(row.get(column), widths.get(column), column < columns - 1));
            }
            page.add(line.toString().stripTrailing());
        }
        return page.toString();
    }

    private static String cell(String text, int width, boolean isFilled) {
        String cut = text.length() <= width ? text : text.substring(0, width - 1) + "…";
        return cut + (isFilled ? " ".repeat(width - cut.length()) : "");
    }
}

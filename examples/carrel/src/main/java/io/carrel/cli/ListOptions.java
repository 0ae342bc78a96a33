package io.carrel.cli;

import com.google.common.base.Splitter;
import io.carrel.cli.template.Template;
import io.carrel.linux.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a list is printed; all commands that list something have the same options. */
final class ListOptions {

    private static final String TABLE = "table";

    @Option(
            names = {"-q", "--quiet"},
            description = "Print names only, or ids where not all have names.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Cut nothing: no id, and nothing to the terminal's width.")
    private boolean whole;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Option(
            names = "--format",
            paramLabel = "TEMPLATE",
            description =
                    "Print each as the template says, such as {{.Name}}, or as a table of such, or as a line of JSON:"
                            + " 'table TEMPLATE', json.")
    private @Nullable String format;

    /**
     * What is known of one thing of a list.
     *
     * @param name what commands call it
     * @param fields what tables and templates show
     * @param document all of it
     */
    record Entry(String name, ObjectNode fields, ObjectNode document) {}

    /** Whether nothing is to be cut, ids neither. */
    boolean isWhole() {
        return whole;
    }

    /** Whether people read it, who can do with words around the table. */
    boolean isTable() {
        return !json && !quiet && (format == null || format.startsWith(TABLE));
    }

    /**
     * Prints them as it is asked for.
     *
     * @throws IllegalArgumentException if the template is none, or asks for what they have not
     */
    <T> void print(PrintWriter out, Columns columns, List<T> things, Function<T, Entry> entry) {
        List<Entry> entries = things.stream().map(entry).toList();
        if (json) {
            ArrayNode document = Documents.array();
            entries.forEach(one -> document.add(one.document()));
            out.println(Documents.format(document));
        } else if (quiet) {
            entries.stream().map(Entry::name).map(Printable::of).distinct().forEach(out::println);
        } else if (format == null || format.strip().equals(TABLE)) {
            List<List<String>> rows = new ArrayList<>(List.of(columns.header()));
            entries.forEach(one -> rows.add(columns.row(one.fields())));
            out.println(whole ? Page.table(rows, Page.WHOLE) : Page.table(rows));
        } else if (format.equals("json")) {
            entries.forEach(one -> out.println(Documents.line(one.fields())));
        } else if (format.startsWith(TABLE + " ")) {
            out.println(Page.table(
                    rows(Template.line(format.substring(TABLE.length()).strip()), columns, entries), Page.WHOLE));
        } else {
            Template template = Template.line(format);
            entries.forEach(one -> out.println(Printable.lines(template.fill(one.fields()))));
        }
    }

    private static List<List<String>> rows(Template template, Columns columns, List<Entry> entries) {
        Splitter cells = Splitter.on('\t');
        List<List<String>> rows = new ArrayList<>();
        rows.add(cells.splitToList(template.fill(columns.headerFields())));
        int width = rows.get(0).size();
        for (Entry one : entries) {
            List<String> row = new ArrayList<>(cells.limit(width).splitToList(template.fill(one.fields())));
            row.addAll(Collections.nCopies(width - row.size(), ""));
            rows.add(row);
        }
        return rows;
    }
}

package io.carrel.cli;

import io.carrel.linux.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a list is printed; all commands that list something have the same options. */
final class ListOptions {

    @Option(
            names = {"-q", "--quiet"},
            description = "Print names only, or ids where not all have names.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Cut nothing: no id, and nothing to the terminal's width.")
    private boolean whole;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    /**
     * What is known of one thing of a list.
     *
     * @param name what commands call it
     * @param columns its row of the table
     * @param document all of it
     */
    record Entry(String name, List<String> columns, ObjectNode document) {}

    /** Whether nothing is to be cut, ids neither. */
    boolean isWhole() {
        return whole;
    }

    /** Whether people read it, who can do with words around the table. */
    boolean isTable() {
        return !json && !quiet;
    }

    /** Prints them as it is asked for. */
    <T> void print(PrintWriter out, List<String> header, List<T> things, Function<T, Entry> entry) {
        List<Entry> entries = things.stream().map(entry).toList();
        if (json) {
            ArrayNode document = Documents.array();
            entries.forEach(one -> document.add(one.document()));
            out.println(Documents.format(document));
        } else if (quiet) {
            entries.stream().map(Entry::name).map(Printable::of).distinct().forEach(out::println);
        } else {
            List<List<String>> rows = new ArrayList<>(List.of(header));
            entries.forEach(one -> rows.add(one.columns()));
            out.println(whole ? Page.table(rows, Page.WHOLE) : Page.table(rows));
        }
    }
}

package io.carrel.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a list, by the names that templates call them. Immutable.
 *
 * @param headers what a table calls each field
 * @param shown those that stand in the table if nobody asks for others
 */
record Columns(Map<String, String> headers, List<String> shown) {

    Columns {
        headers = ImmutableMap.copyOf(headers);
        shown = ImmutableList.copyOf(shown);
    }

    /** Fields and headers, by turns. */
    static Columns of(String... fieldsAndHeaders) {
        return new Columns(Map.of(), List.of()).showing(fieldsAndHeaders);
    }

    /** More of them: fields and headers, by turns. */
    Columns showing(String... fieldsAndHeaders) {
        return with(true, fieldsAndHeaders);
    }

    /** More that can be asked for: fields and headers, by turns. */
    Columns hiding(String... fieldsAndHeaders) {
        return with(false, fieldsAndHeaders);
    }

    private Columns with(boolean show, String... fieldsAndHeaders) {
        ImmutableMap.Builder<String, String> headers = ImmutableMap.builder();
        ImmutableList.Builder<String> shown = ImmutableList.builder();
        headers.putAll(this.headers);
        shown.addAll(this.shown);
        for (int i = 0; i < fieldsAndHeaders.length; i += 2) {
            headers.put(fieldsAndHeaders[i], fieldsAndHeaders[i + 1]);
            if (show) {
                shown.add(fieldsAndHeaders[i]);
            }
        }
        return new Columns(headers.buildOrThrow(), shown.build());
    }

    /** The same with these in the table and no others. */
    Columns showingOnly(List<String> fields) {
        return new Columns(headers, fields);
    }

    /** The first row of the table. */
    List<String> header() {
        return shown.stream().map(field -> headers.getOrDefault(field, field)).toList();
    }

    /** The headers as a thing of the list, for the first row that a template makes. */
    JsonNode headerFields() {
        ObjectNode node = Documents.object();
        headers.forEach(node::put);
        return node;
    }

    /** A thing's row of the table. */
    List<String> row(ObjectNode fields) {
        return shown.stream().map(field -> fields.path(field).asString()).toList();
    }
}

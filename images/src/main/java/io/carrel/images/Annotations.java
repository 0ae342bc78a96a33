package io.carrel.images;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The annotations of OCI's documents: texts by name, in whatever order. A document without any has no field for them.
 */
final class Annotations {

    private static final String FIELD = "annotations";

    private Annotations() {}

    /** Reads those of a document that somebody else wrote. */
    static Map<String, String> parse(Json document) {
        return document.at(FIELD).textMap();
    }

    /**
     * Adds them to a document that has none, in the order of their names, so that the same document has the same
     * digest.
     */
    static void write(Map<String, String> annotations, ObjectNode document) {
        if (!annotations.isEmpty()) {
            ObjectNode node = document.putObject(FIELD);
            new TreeMap<>(annotations).forEach(node::put);
        }
    }

    /** Looks for one that is a text and not empty. */
    static Optional<String> find(JsonNode document, String name) {
        return Optional.of(document.path(FIELD).path(name).asString("")).filter(text -> !text.isEmpty());
    }

    /** Puts one into a document, in place of what has the name. */
    static void put(ObjectNode document, String name, String text) {
        ObjectNode node = document.get(FIELD) instanceof ObjectNode object ? object : document.putObject(FIELD);
        node.put(name, text);
    }

    /** Takes one from a document. */
    static void remove(ObjectNode document, String name) {
        if (document.get(FIELD) instanceof ObjectNode node) {
            node.remove(name);
        }
        if (document.path(FIELD).isEmpty()) {
            document.remove(FIELD);
        }
    }
}

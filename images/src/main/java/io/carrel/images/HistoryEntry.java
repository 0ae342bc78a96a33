package io.carrel.images;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells one step of how an image came to be. Immutable, so safe for use by several threads.
 *
 * @param created when; null if it is not known
 * @param createdBy by which command
 * @param author by whom; empty if it is not known
 * @param comment anything else
 * @param emptyLayer whether the step made no layer
 */
public record HistoryEntry(
        @Nullable Instant created, String createdBy, String author, String comment, boolean emptyLayer) {

    /** Checks that no text is missing. */
    public HistoryEntry {
        requireNonNull(createdBy, "createdBy");
        requireNonNull(author, "author");
        requireNonNull(comment, "comment");
    }

    static HistoryEntry parse(Json json) {
        return new HistoryEntry(
                Timestamps.parse(json.at("created")),
                json.at("created_by").textOrEmpty(),
                json.at("author").textOrEmpty(),
                json.at("comment").textOrEmpty(),
                json.at("empty_layer").flag());
    }

    ObjectNode toJson() {
        ObjectNode node = Json.object();
        if (created != null) {
            node.put("created", created.toString());
        }
        put(node, "created_by", createdBy);
        put(node, "author", author);
        put(node, "comment", comment);
        if (emptyLayer) {
            node.put("empty_layer", true);
        }
        return node;
    }

    private static void put(ObjectNode node, String name, String text) {
        if (!text.isEmpty()) {
            node.put(name, text);
        }
    }
}

package io.carrel.images;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.RefusedContentException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A value in a JSON document that somebody else wrote. What is asked of it and not so is refused, with the place.
 * Fields that nobody asks for are ignored. Not thread-safe, as the tree below is not.
 *
 * @param source which document
 * @param place where in it: names, joined by dots
 * @param node the value; missing for a field that is not there
 */
record Json(String source, String place, JsonNode node) {

    /** No larger document is read: the limit that registries have for manifests, and room for configurations. */
    static final int MOST_BYTES = 8 << 20;

    private static final int DEEPEST = 64;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int LONGEST_NAME = 1 << 16;
    private static final int LONGEST_NUMBER = 64;
    private static final int MOST_TOKENS = 500_000;
    private static final int MOST_MEMBERS = 10_000;

    private static final JsonMapper MAPPER = mapper();

    private static JsonMapper mapper() {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxDocumentLength(MOST_BYTES)
                .maxNestingDepth(DEEPEST)
                .maxStringLength(LONGEST_TEXT)
                .maxNameLength(LONGEST_NAME)
                .maxNumberLength(LONGEST_NUMBER)
                .maxTokenCount(MOST_TOKENS)
                .build();
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(constraints)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    /** Reads a document, which must be an object or an array. */
    static Json parse(byte[] document, String source) {
        requireNonNull(source, "source");
        if (document.length > MOST_BYTES) {
            String reason = "it has %d bytes, more than the limit of %d".formatted(document.length, MOST_BYTES);
            throw new RefusedContentException(source, "", reason, null);
        }
        try {
            JsonNode node = MAPPER.readTree(document);
            if (node.isMissingNode()) {
                throw new RefusedContentException(source, "", "it is not proper JSON: it is empty", null);
            }
            return new Json(source, "", node);
        } catch (JacksonException e) {
            throw new RefusedContentException(source, "", "it is not proper JSON: " + e.getOriginalMessage(), e);
        } catch (NumberFormatException e) {
            // A number whose exponent has too many digits for any type.
            throw new RefusedContentException(source, "", "it is not proper JSON: " + e.getMessage(), e);
        }
    }

    /** An object to fill. */
    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The document as bytes. */
    static byte[] format(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** The document as bytes, for people. */
    static byte[] formatIndented(JsonNode node) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
    }

    /** An error about this value. */
    RefusedContentException refuse(String reason) {
        return refuse(reason, null);
    }

    /** The same, with what it follows from. */
    RefusedContentException refuse(String reason, @Nullable Throwable cause) {
        return new RefusedContentException(source, place, reason, cause);
    }

    /** A field of this object. */
    Json at(String name) {
        return new Json(
                source,
                place.isEmpty() ? name : place + "." + name,
                object("object").path(name));
    }

    /** Whether the value is not there; Go programs write null for it. */
    boolean isMissing() {
        return node.isMissingNode() || node.isNull();
    }

    /** The value as an object to change. */
    ObjectNode object(String what) {
        if (!(node instanceof ObjectNode object)) {
            throw isMissing() ? refuse("it is missing") : refuse("it is not an " + what);
        }
        return object;
    }

    /** A text that must be there. */
    String text() {
        if (isMissing()) {
            throw refuse("it is missing");
        }
        if (!node.isString()) {
            throw refuse("it is not a text");
        }
        return node.stringValue();
    }

    /** A text; empty if it is not there. */
    String textOrEmpty() {
        return isMissing() ? "" : text();
    }

    /** A text, if it is there and not empty. */
    Optional<String> optionalText() {
        return Optional.of(textOrEmpty()).filter(text -> !text.isEmpty());
    }

    /** A whole number that is not negative. */
    long size() {
        if (isMissing()) {
            throw refuse("it is missing");
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw refuse("it is not a size");
        }
        return node.longValue();
    }

    /** Whether it is true; false if it is not there. */
    boolean flag() {
        if (!isMissing() && !node.isBoolean()) {
            throw refuse("it is not true or false");
        }
        return node.isBoolean() && node.booleanValue();
    }

    /** The values of an array; none if it is not there. */
    List<Json> items(int most) {
        if (isMissing()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw refuse("it is not an array");
        }
        if (node.size() > most) {
            throw refuse("it has %d values, more than the limit of %d".formatted(node.size(), most));
        }
        List<Json> items = new ArrayList<>();
        for (JsonNode item : node.values()) {
            items.add(new Json(source, place + "[" + items.size() + "]", item));
        }
        return items;
    }

    /** The values of an array of texts; none if it is not there. */
    List<String> texts() {
        return items(MOST_MEMBERS).stream().map(Json::text).toList();
    }

    /** The names of an object's fields; none if it is not there. */
    List<String> names() {
        if (isMissing()) {
            return List.of();
        }
        ObjectNode object = object("object");
        if (object.size() > MOST_MEMBERS) {
            throw refuse("it has %d fields, more than the limit of %d".formatted(object.size(), MOST_MEMBERS));
        }
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    /** An object of texts, in its order; empty if it is not there. */
    Map<String, String> textMap() {
        Map<String, String> map = new LinkedHashMap<>();
        names().forEach(name -> map.put(name, at(name).textOrEmpty()));
        return map;
    }
}

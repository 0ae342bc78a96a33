package io.carrel.cli;

import io.carrel.fs.volumes.Volume;
import io.carrel.fs.volumes.VolumeUser;
import io.carrel.images.Image;
import io.carrel.images.Reference;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON documents for programs. */
final class Documents {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\r\n]]");

    private Documents() {}

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException if it is none
     */
    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: \"%s\"".formatted(json), e);
        }
    }

    /** As it may stand on a terminal, too: the library escapes the control characters of ASCII alone. */
    static String format(JsonNode document) {
        return harmless(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }

    /** The same in one line. */
    static String line(JsonNode document) {
        return harmless(MAPPER.writeValueAsString(document));
    }

    private static String harmless(String text) {
        return HARMFUL.matcher(text)
                .replaceAll(found ->
                        found.group().chars().mapToObj("\\\\u%04x"::formatted).collect(Collectors.joining()));
    }

    /** Labels as docker's lists show them: {@code a=b,c=d}. */
    static String labels(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
    }

    /** An image in short. */
    static ObjectNode summary(Image image) {
        ObjectNode node = object();
        node.put("Id", image.id().toString());
        node.put("Digest", image.digest().toString());
        ArrayNode names = node.putArray("RepoTags");
        image.reference().map(Reference::toString).ifPresent(names::add);
        node.put("Platform", image.platform().toString());
        Instant created = image.config().created();
        if (created == null) {
            node.putNull("Created");
        } else {
            node.put("Created", created.toString());
        }
        node.put("Size", image.size());
        return node;
    }

    /** All about an image. */
    static ObjectNode full(Image image) {
        ObjectNode node = summary(image);
        node.put("Author", image.config().author());
        ObjectNode config = (ObjectNode) MAPPER.readTree(image.configDocument());
        node.set("Config", config.path("config"));
        node.set("RootFS", config.path("rootfs"));
        node.set("History", config.path("history"));
        node.set("Manifest", MAPPER.readTree(image.manifest().format()));
        ArrayNode layers = node.putArray("LayerDirectories");
        image.layers().stream().map(Path::toString).forEach(layers::add);
        return node;
    }

    /** All about a volume, as docker says it, and who uses it. */
    static ObjectNode full(Volume volume, List<VolumeUser> users, long bytes) {
        ObjectNode node = object();
        node.put("CreatedAt", volume.created().truncatedTo(ChronoUnit.SECONDS).toString());
        node.put("Driver", "local");
        ObjectNode labels = node.putObject("Labels");
        new TreeMap<>(volume.labels()).forEach(labels::put);
        node.put("Mountpoint", volume.path().toString());
        node.put("Name", volume.name());
        node.putObject("Options");
        node.put("Scope", "local");
        node.put("Anonymous", volume.anonymous());
        node.putObject("UsageData").put("RefCount", users.size()).put("Size", bytes);
        ArrayNode pids = node.putArray("Users");
        users.forEach(user -> pids.add(user.pid()));
        return node;
    }
}

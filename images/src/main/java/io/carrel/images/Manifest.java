package io.carrel.images;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.RefusedContentException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells what an image for one platform consists of. Immutable, so safe for use by several threads.
 *
 * @param mediaType OCI's or Docker's name for a manifest
 * @param config names the configuration
 * @param layers names the layers, lowest first
 * @param annotations anything else that is said about the image
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image manifests</a>
 */
public record Manifest(String mediaType, Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {

    /** No image has more layers: overlayfs takes 500, and other tools less. */
    static final int MOST_LAYERS = 500;

    /** Copies the lists. */
    public Manifest {
        requireNonNull(mediaType, "mediaType");
        requireNonNull(config, "config");
        layers = ImmutableList.copyOf(layers);
        annotations = Map.copyOf(annotations);
    }

    /**
     * Reads a manifest of OCI or of Docker (schema 2).
     *
     * @param source what messages call the document
     * @throws RefusedContentException if the document is something else
     */
    public static Manifest parse(byte[] document, String source) {
        Json json = Json.parse(document, source);
        Documents.checkSchema(json);
        String mediaType = json.at("mediaType").textOrEmpty();
        if (!mediaType.isEmpty() && !MediaTypes.isManifest(mediaType)) {
            throw json.at("mediaType").refuse("\"%s\" is not a manifest".formatted(mediaType));
        }
        if (!json.at("manifests").isMissing()) {
            throw json.refuse("it is a manifest and an index at the same time");
        }
        return new Manifest(
                mediaType.isEmpty() ? MediaTypes.MANIFEST : mediaType,
                Descriptor.parse(json.at("config")),
                json.at("layers").items(MOST_LAYERS).stream()
                        .map(Descriptor::parse)
                        .toList(),
                Annotations.parse(json));
    }

    /** Writes it as a JSON document, which {@link #parse} reads. */
    public byte[] format() {
        ObjectNode node = Json.object();
        node.put("schemaVersion", Documents.SCHEMA);
        node.put("mediaType", mediaType);
        node.set("config", config.toJson());
        ArrayNode list = node.putArray("layers");
        layers.forEach(layer -> list.add(layer.toJson()));
        Annotations.write(annotations, node);
        return Json.format(node);
    }
}

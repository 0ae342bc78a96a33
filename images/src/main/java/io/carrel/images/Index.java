package io.carrel.images;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.RefusedContentException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Names images that belong together: one image for several platforms, or all images of a layout. Immutable, so safe for
 * use by several threads.
 *
 * @param mediaType OCI's or Docker's name for an index
 * @param manifests names manifests and further indexes
 * @param annotations anything else that is said about them
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image indexes</a>
 */
public record Index(String mediaType, List<Descriptor> manifests, Map<String, String> annotations) {

    private static final int MOST_MANIFESTS = 10_000;

    /** Copies the lists. */
    public Index {
        requireNonNull(mediaType, "mediaType");
        manifests = ImmutableList.copyOf(manifests);
        annotations = Map.copyOf(annotations);
    }

    /**
     * Reads an index of OCI or a manifest list of Docker.
     *
     * @param source what messages call the document
     * @throws RefusedContentException if the document is something else, or names more than 10,000 manifests
     */
    public static Index parse(byte[] document, String source) {
        Json json = Json.parse(document, source);
        Documents.checkSchema(json);
        String mediaType = json.at("mediaType").textOrEmpty();
        if (!mediaType.isEmpty() && !MediaTypes.isIndex(mediaType)) {
            throw json.at("mediaType").refuse("\"%s\" is not an index".formatted(mediaType));
        }
        if (!json.at("config").isMissing() || !json.at("layers").isMissing()) {
            throw json.refuse("it is a manifest and an index at the same time");
        }
        Json manifests = json.at("manifests");
        if (manifests.isMissing() && !manifests.node().isNull()) {
            throw manifests.refuse("it is missing");
        }
        return new Index(
                mediaType.isEmpty() ? MediaTypes.INDEX : mediaType,
                manifests.items(MOST_MANIFESTS).stream().map(Descriptor::parse).toList(),
                Annotations.parse(json));
    }

    /**
     * Returns the first entry for a platform that is what {@code wanted} asks for; one with the same variant comes
     * first.
     */
    public Optional<Descriptor> choose(Platform wanted) {
        Optional<Descriptor> exact = manifests.stream()
                .filter(manifest -> wanted.equals(manifest.platform()))
                .findFirst();
        return exact.or(() -> manifests.stream()
                .filter(manifest -> manifest.platform() != null && wanted.accepts(manifest.platform()))
                .findFirst());
    }

    /** Writes it as a JSON document, which {@link #parse} reads. */
    public byte[] format() {
        ObjectNode node = Json.object();
        node.put("schemaVersion", Documents.SCHEMA);
        node.put("mediaType", mediaType);
        ArrayNode list = node.putArray("manifests");
        manifests.forEach(manifest -> list.add(manifest.toJson()));
        Annotations.write(annotations, node);
        return Json.format(node);
    }
}

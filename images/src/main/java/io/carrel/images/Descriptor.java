package io.carrel.images;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.images.layers.Digest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Names a blob by its digest, and says what it contains. Immutable, so safe for use by several threads.
 *
 * @param mediaType what the blob contains
 * @param digest of the blob
 * @param size of the blob, in bytes
 * @param platform for what the blob is; null if the descriptor does not say
 * @param annotations anything else that is said about it
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI content descriptors</a>
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        @Nullable Platform platform,
        Map<String, String> annotations) {

    private static final String UNKNOWN = "unknown";

    /**
     * Checks the size and copies the annotations.
     *
     * @throws IllegalArgumentException if the size is negative
     */
    public Descriptor {
        requireNonNull(mediaType, "mediaType");
        requireNonNull(digest, "digest");
        checkArgument(size >= 0, "a size is not negative, was %s", size);
        annotations = Map.copyOf(annotations);
    }

    /**
     * Makes a descriptor that says no more than it must.
     *
     * @throws IllegalArgumentException if the size is negative
     */
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, null, Map.of());
    }

    static Descriptor parse(Json json) {
        return new Descriptor(
                json.at("mediaType").textOrEmpty(),
                digest(json.at("digest")),
                json.at("size").size(),
                platform(json.at("platform")),
                Annotations.parse(json));
    }

    static Digest digest(Json json) {
        String text = json.text();
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw json.refuse("only SHA-256 digests are supported: " + e.getMessage(), e);
        }
    }

    /** What belongs to no platform, such as notes about how an image was built, has the platform unknown/unknown. */
    private static @Nullable Platform platform(Json json) {
        if (json.isMissing()) {
            return null;
        }
        String os = json.at("os").textOrEmpty();
        String architecture = json.at("architecture").textOrEmpty();
        String variant = json.at("variant").textOrEmpty();
        try {
            return new Platform(os.isEmpty() ? UNKNOWN : os, architecture.isEmpty() ? UNKNOWN : architecture, variant);
        } catch (IllegalArgumentException e) {
            throw json.refuse(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns an annotation, if it is there and not empty. */
    public Optional<String> annotation(String name) {
        return Optional.ofNullable(annotations.get(name)).filter(text -> !text.isEmpty());
    }

    ObjectNode toJson() {
        ObjectNode node = Json.object();
        node.put("mediaType", mediaType);
        node.put("digest", digest.toString());
        node.put("size", size);
        if (platform != null) {
            ObjectNode on = node.putObject("platform");
            on.put("architecture", platform.architecture());
            on.put("os", platform.os());
            if (!platform.variant().isEmpty()) {
                on.put("variant", platform.variant());
            }
        }
        Annotations.write(annotations, node);
        return node;
    }
}

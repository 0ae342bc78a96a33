package io.carrel.images;

import io.carrel.images.layers.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An OCI layout's {@code index.json}: which images it has and what they are called. What it says beyond that stays as
 * it is. Not thread-safe.
 */
final class LayoutIndex {

    /** The annotation that names an image; tools for OCI layouts look at it. */
    static final String NAME = "org.opencontainers.image.ref.name";

    /** The annotation with the full name, where the other has the tag alone; Docker writes it. */
    static final String FULL_NAME = "io.containerd.image.name";

    private final ObjectNode document;
    private final String source;

    private LayoutIndex(ObjectNode document, String source) {
        this.document = document;
        this.source = source;
    }

    /** One image with one name, or without one. */
    record Entry(Descriptor descriptor, Optional<Reference> reference) {}

    /** An index that names nothing. */
    static LayoutIndex empty() {
        return parse(new Index(MediaTypes.INDEX, List.of(), Map.of()).format(), StoreLayout.INDEX);
    }

    static LayoutIndex read(Path file) throws IOException {
        return parse(Files.readAllBytes(file), file.toString());
    }

    static LayoutIndex parse(byte[] bytes, String source) {
        Index.parse(bytes, source);
        return new LayoutIndex(Json.parse(bytes, source).object("object"), source);
    }

    byte[] format() {
        return Json.formatIndented(document);
    }

    /** All entries, in their order. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Descriptor descriptor : Index.parse(Json.format(document), source).manifests()) {
            entries.add(new Entry(descriptor, descriptor.annotation(NAME).flatMap(Reference::tryParse)));
        }
        return entries;
    }

    /** What has this name. */
    Optional<Descriptor> find(Reference reference) {
        return entries().stream()
                .filter(entry -> entry.reference().equals(Optional.of(reference)))
                .map(Entry::descriptor)
                .findFirst();
    }

    /** Gives an image a name, which is taken from what has it now; without a name, the image is merely there. */
    void put(Descriptor descriptor, Optional<Reference> reference) {
        Optional<ObjectNode> old =
                nodes().stream().filter(node -> isOf(node, descriptor.digest())).findFirst();
        if (reference.isEmpty()) {
            if (old.isEmpty()) {
                manifests().add(withoutNames(descriptor.toJson()));
            }
            return;
        }
        ObjectNode node = old.map(ObjectNode::deepCopy).orElseGet(descriptor::toJson);
        Annotations.put(withoutNames(node), NAME, reference.get().toString());
        removeName(reference.get());
        // The entry that merely kept the image has done its work.
        manifests()
                .removeIf(
                        other -> isOf(other, descriptor.digest()) && name(other).isEmpty());
        manifests().add(node);
    }

    /** Takes a name away; the image stays, without a name if this was its last. False if nothing had the name. */
    boolean removeName(Reference reference) {
        List<ObjectNode> nodes = nodes();
        for (int i = 0; i < nodes.size(); i++) {
            ObjectNode node = nodes.get(i);
            if (name(node).equals(Optional.of(reference))) {
                Digest digest = Descriptor.parse(new Json(source, "", node)).digest();
                if (nodes.stream().filter(other -> isOf(other, digest)).count() > 1) {
                    manifests().remove(i);
                } else {
                    withoutNames(node);
                }
                return true;
            }
        }
        return false;
    }

    /** Forgets an image under this name, or the one without a name. */
    void remove(Entry entry) {
        manifests()
                .removeIf(node ->
                        isOf(node, entry.descriptor().digest()) && name(node).equals(entry.reference()));
    }

    private ArrayNode manifests() {
        return document.withArray("manifests");
    }

    private List<ObjectNode> nodes() {
        List<ObjectNode> nodes = new ArrayList<>();
        for (JsonNode node : manifests().values()) {
            nodes.add(new Json(source, "manifests", node).object("object"));
        }
        return nodes;
    }

    private static boolean isOf(JsonNode node, Digest digest) {
        return node.path("digest").asString("").equals(digest.toString());
    }

    private static Optional<Reference> name(JsonNode node) {
        return Annotations.find(node, NAME).flatMap(Reference::tryParse);
    }

    private static ObjectNode withoutNames(ObjectNode node) {
        Annotations.remove(node, NAME);
        Annotations.remove(node, FULL_NAME);
        return node;
    }
}

package io.carrel.images;

import java.util.Collection;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes configurations of images. */
final class ConfigWriter {

    private ConfigWriter() {}

    /** A document that says nothing else. */
    static byte[] format(ImageConfig config) {
        return format(config, Json.object(), defaults -> {});
    }

    /**
     * A document that also says what {@code base} does and we do not know about, such as what is to be done in images
     * that are built from it.
     *
     * @param more adds the same to the defaults
     */
    static byte[] format(ImageConfig config, Json base, Consumer<ObjectNode> more) {
        ObjectNode copy = base.object("object").deepCopy();
        // How Docker made the base image, not this one.
        copy.remove("container");
        copy.remove("container_config");
        return format(config, copy, more);
    }

    private static byte[] format(ImageConfig config, ObjectNode document, Consumer<ObjectNode> more) {
        if (config.created() != null) {
            document.put("created", config.created().toString());
        }
        put(document, "author", config.author());
        document.put("architecture", config.platform().architecture());
        document.put("os", config.platform().os());
        put(document, "variant", config.platform().variant());
        ObjectNode defaults = document.get("config") instanceof ObjectNode object ? object : Json.object();
        document.set("config", defaults);
        write(config.defaults(), defaults);
        more.accept(defaults);
        ObjectNode rootfs = document.putObject("rootfs");
        rootfs.put("type", "layers");
        ArrayNode diffIds = rootfs.putArray("diff_ids");
        config.diffIds().forEach(diffId -> diffIds.add(diffId.toString()));
        ArrayNode history = document.putArray("history");
        config.history().forEach(step -> history.add(step.toJson()));
        return Json.format(document);
    }

    private static void write(ImageDefaults defaults, ObjectNode node) {
        put(node, "User", defaults.user());
        putKeys(node, "ExposedPorts", defaults.exposedPorts());
        putList(node, "Env", defaults.environment());
        putList(node, "Entrypoint", defaults.entrypoint());
        putList(node, "Cmd", defaults.command());
        putKeys(node, "Volumes", defaults.volumes());
        put(node, "WorkingDir", defaults.workingDirectory());
        if (defaults.labels().isEmpty()) {
            node.remove("Labels");
        } else {
            ObjectNode labels = node.putObject("Labels");
            defaults.labels().forEach(labels::put);
        }
        put(node, "StopSignal", defaults.stopSignal());
        defaults.healthCheck().ifPresent(check -> check.writeTo(node.withObjectProperty("Healthcheck")));
    }

    private static void put(ObjectNode node, String name, String text) {
        if (text.isEmpty()) {
            node.remove(name);
        } else {
            node.put(name, text);
        }
    }

    private static void putList(ObjectNode node, String name, Collection<String> texts) {
        if (texts.isEmpty()) {
            node.remove(name);
        } else {
            ArrayNode list = node.putArray(name);
            texts.forEach(list::add);
        }
    }

    private static void putKeys(ObjectNode node, String name, Collection<String> keys) {
        if (keys.isEmpty()) {
            node.remove(name);
        } else {
            ObjectNode set = node.putObject(name);
            keys.forEach(set::putObject);
        }
    }
}

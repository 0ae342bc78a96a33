package io.carrel.containers;

import io.carrel.Lifetime;
import io.carrel.internal.json.JsonFields;
import io.carrel.internal.json.JsonReader;
import io.carrel.internal.json.JsonWriter;
import io.carrel.linux.ProcessIdentity;
import io.carrel.linux.RefusedContentException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A record as JSON; {@code docs/records.md} says what each member means. */
final class RecordDocument {

    private static final long VERSION = 1;

    private RecordDocument() {}

    static byte[] format(ContainerRecord record) {
        ContainerDescription description = record.description();
        ContainerSettings settings = record.settings();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("version", VERSION);
        all.put("id", record.id().hex());
        all.put("name", description.name());
        all.put("image", description.image());
        all.put("command", description.command());
        all.put("labels", description.labels());
        all.put("created", record.created().toString());
        all.put("holder", process(record.holder()));
        all.put("lifetime", settings.lifetime().name().toLowerCase(Locale.ROOT));
        all.put("removed", settings.removed());
        settings.layer().ifPresent(layer -> all.put("layer", layer.toString()));
        all.put("arguments", settings.arguments());
        record.run().ifPresent(run -> all.put("run", run(run)));
        return JsonWriter.write(all).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> run(ContainerRun run) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("started", run.started().toString());
        all.put("process", process(run.process()));
        all.put("boot", run.boot());
        all.put("stopSignal", run.stopSignal());
        all.put("ports", run.ports());
        all.put("addresses", run.addresses());
        all.put("inside", inside(run.inside()));
        return all;
    }

    private static Map<String, Object> inside(ContainerInside inside) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cgroups", inside.cgroups().stream().map(Path::toString).toList());
        all.put("environment", inside.environment());
        all.put("workingDirectory", inside.workingDirectory());
        return all;
    }

    private static Map<String, Object> process(ProcessIdentity process) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("pid", process.pid());
        all.put("startTime", process.startTime());
        all.put("pidNamespace", process.pidNamespace());
        return all;
    }

    /**
     * Reads a record.
     *
     * @param file whose content it is, for the message
     * @throws RefusedContentException if it is none, or of a version that is not known here
     */
    static ContainerRecord parse(byte[] bytes, Path file) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return record(new JsonFields(JsonReader.read(text)));
        } catch (CharacterCodingException e) {
            throw new RefusedContentException("The record " + file, "", "it is no text in UTF-8", e);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new RefusedContentException("The record " + file, "", String.valueOf(e.getMessage()), e);
        }
    }

    private static ContainerRecord record(JsonFields all) {
        long version = all.number("version");
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "it is of version %d, and only version %d is known here".formatted(version, VERSION));
        }
        return new ContainerRecord(
                new ContainerId(all.text("id")),
                new ContainerDescription(
                        all.text("name"),
                        all.text("image"),
                        all.texts("command"),
                        all.object("labels").texts()),
                Instant.parse(all.text("created")),
                process(all.object("holder")),
                new ContainerSettings(
                        Lifetime.valueOf(all.text("lifetime").toUpperCase(Locale.ROOT)),
                        all.flag("removed"),
                        path(all, "layer"),
                        all.texts("arguments")),
                all.has("run") ? Optional.of(run(all.object("run"))) : Optional.empty());
    }

    private static ContainerRun run(JsonFields all) {
        return new ContainerRun(
                Instant.parse(all.text("started")),
                process(all.object("process")),
                all.text("boot"),
                Math.toIntExact(all.number("stopSignal")),
                all.texts("ports"),
                all.texts("addresses"),
                inside(all.object("inside")));
    }

    private static ContainerInside inside(JsonFields all) {
        return new ContainerInside(
                all.texts("cgroups").stream().map(Path::of).toList(),
                all.object("environment").texts(),
                all.text("workingDirectory"));
    }

    private static ProcessIdentity process(JsonFields all) {
        return new ProcessIdentity(all.number("pid"), all.number("startTime"), all.number("pidNamespace"));
    }

    private static Optional<Path> path(JsonFields all, String name) {
        return all.has(name) ? Optional.of(Path.of(all.text(name))) : Optional.empty();
    }
}

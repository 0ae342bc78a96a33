package io.carrel.fs.volumes;

import io.carrel.fs.internal.Durable;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** The file in a volume's directory that describes it, a {@link Properties} file. */
final class VolumeRecord {

    static final String FILE = "record";
    static final String DATA = "data";
    private static final String CREATED = "created";
    private static final String ANONYMOUS = "anonymous";
    private static final String LABEL = "label.";

    private VolumeRecord() {}

    static Volume read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        Properties entries = new Properties();
        try {
            entries.load(new StringReader(Files.readString(file)));
            Map<String, String> labels = entries.stringPropertyNames().stream()
                    .filter(key -> key.startsWith(LABEL))
                    .collect(Collectors.toMap(
                            key -> key.substring(LABEL.length()), key -> entries.getProperty(key, "")));
            return new Volume(
                    directory.getFileName().toString(),
                    Boolean.parseBoolean(entries.getProperty(ANONYMOUS)),
                    Instant.parse(entries.getProperty(CREATED, "")),
                    labels,
                    directory.resolve(DATA));
        } catch (NoSuchFileException e) {
            throw new RefusedContentException(file.toString(), "", "the volume has no record", e);
        } catch (DateTimeException | IllegalArgumentException | CharacterCodingException e) {
            throw new RefusedContentException(file.toString(), "", "it is not the record of a volume", e);
        }
    }

    /** Writes it so that it is on the disk. */
    static void write(Path directory, boolean anonymous, Instant created, Map<String, String> labels)
            throws IOException {
        Properties entries = new Properties();
        entries.setProperty(CREATED, created.toString());
        entries.setProperty(ANONYMOUS, Boolean.toString(anonymous));
        labels.forEach((key, value) -> entries.setProperty(LABEL + key, value));
        StringWriter text = new StringWriter();
        entries.store(text, null);
        Path file = directory.resolve(FILE);
        Files.writeString(file, text.toString(), StandardCharsets.UTF_8);
        Durable.sync(file);
        Durable.sync(directory);
    }
}

package io.carrel.containers;

import com.google.common.collect.ImmutableMap;
import io.carrel.linux.KernelFile;
import io.carrel.linux.ProcessIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What is in a record's file, in the format of {@link Properties}: {@code version}, {@code boot} (the host's boot_id:
 * what another boot has left is nobody's), {@code id}, {@code name}, {@code image}, {@code created} (ISO 8601),
 * {@code holder} and {@code process} (pid, start time in ticks, PID namespace), {@code command.0} and so on,
 * {@code port.0} and so on, {@code label.KEY}.
 *
 * @param container what it says
 * @param boot when it was written
 */
record RecordText(ContainerRecord container, String boot) {

    private static final String VERSION = "1";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String LABEL = "label.";

    /** Of this boot. */
    static RecordText now(ContainerRecord container) throws IOException {
        return new RecordText(container, thisBoot());
    }

    boolean isOfThisBoot() throws IOException {
        return boot.equals(thisBoot());
    }

    private static String thisBoot() throws IOException {
        return KernelFile.read(BOOT_ID).strip();
    }

    byte[] format() throws IOException {
        Properties all = new Properties();
        all.setProperty("version", VERSION);
        all.setProperty("boot", boot);
        all.setProperty("id", container.id().hex());
        all.setProperty("name", container.name());
        all.setProperty("image", container.description().image());
        all.setProperty("created", container.created().toString());
        all.setProperty("holder", container.holder().format());
        container.process().ifPresent(first -> all.setProperty("process", first.format()));
        number(all, "command.", container.description().command());
        number(all, "port.", container.ports());
        container.description().labels().forEach((key, value) -> all.setProperty(LABEL + key, value));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        all.store(bytes, null);
        return bytes.toByteArray();
    }

    private static void number(Properties all, String prefix, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            all.setProperty(prefix + i, values.get(i));
        }
    }

    /** Reads it; empty for what is damaged, or of a version that is not known here. */
    static Optional<RecordText> parse(byte[] bytes) throws IOException {
        Properties all = new Properties();
        try {
            all.load(new ByteArrayInputStream(bytes));
            return VERSION.equals(all.getProperty("version")) ? Optional.of(parse(all)) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static RecordText parse(Properties all) {
        ImmutableMap.Builder<String, String> labels = ImmutableMap.builder();
        for (Map.Entry<Object, Object> entry : all.entrySet()) {
            String key = entry.getKey().toString();
            if (key.startsWith(LABEL)) {
                labels.put(key.substring(LABEL.length()), entry.getValue().toString());
            }
        }
        ContainerRecord container = new ContainerRecord(
                new ContainerId(all.getProperty("id", "")),
                new ContainerDescription(
                        all.getProperty("name", ""),
                        all.getProperty("image", ""),
                        numbered(all, "command."),
                        labels.build()),
                Instant.parse(all.getProperty("created", "")),
                ProcessIdentity.parse(all.getProperty("holder", ""))
                        .orElseThrow(() -> new IllegalArgumentException("no holder")),
                ProcessIdentity.parse(all.getProperty("process", "")),
                numbered(all, "port."));
        return new RecordText(container, all.getProperty("boot", ""));
    }

    private static List<String> numbered(Properties all, String prefix) {
        List<String> values = new ArrayList<>();
        for (String value = all.getProperty(prefix + 0); value != null; ) {
            values.add(value);
            value = all.getProperty(prefix + values.size());
        }
        return values;
    }
}

package io.carrel.images.view;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.carrel.images.compression.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes archives that no sane program writes. Names are raw. */
final class Archive {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int mode = 0644;
    private int uid;

    @CanIgnoreReturnValue
    Archive mode(int newMode) {
        mode = newMode;
        return this;
    }

    @CanIgnoreReturnValue
    Archive owner(int newUid) {
        uid = newUid;
        return this;
    }

    @CanIgnoreReturnValue
    Archive file(String name, String content) {
        return entry('0', name, "", content.getBytes(ISO_8859_1));
    }

    @CanIgnoreReturnValue
    Archive directory(String name) {
        return entry('5', name, "", new byte[0]);
    }

    @CanIgnoreReturnValue
    Archive link(String name, String target) {
        return entry('2', name, target, new byte[0]);
    }

    @CanIgnoreReturnValue
    Archive hardLink(String name, String target) {
        return entry('1', name, target, new byte[0]);
    }

    @CanIgnoreReturnValue
    Archive pax(String... keysAndValues) {
        StringBuilder records = new StringBuilder();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            String record = " " + keysAndValues[i] + "=" + keysAndValues[i + 1] + "\n";
            int length = record.length() + 1;
            while (Integer.toString(length).length() + record.length() != length) {
                length++;
            }
            records.append(length).append(record);
        }
        return entry('x', "pax", "", records.toString().getBytes(ISO_8859_1));
    }

    @CanIgnoreReturnValue
    Archive entry(char type, String name, String target, byte[] content) {
        return header(type, name, target, content.length).raw(content);
    }

    /** A header alone; what follows need not be as long as it says. */
    @CanIgnoreReturnValue
    Archive header(char type, String name, String target, long size) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "%07o".formatted(uid));
        put(header, 116, "%07o".formatted(uid));
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "%011o".formatted(1_000_000_000));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, target);
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o".formatted(sum));
        header[154] = 0;
        return raw(header);
    }

    /** Bytes as they are, with zeros up to the next block. */
    @CanIgnoreReturnValue
    Archive raw(byte[] bytes) {
        out.writeBytes(bytes);
        out.writeBytes(new byte[(512 - bytes.length % 512) % 512]);
        return this;
    }

    byte[] bytes() {
        byte[] end = new byte[1024];
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(out.toByteArray());
        all.writeBytes(end);
        return all.toByteArray();
    }

    LayerSource write(Path file) throws IOException {
        return write(file, Compression.NONE);
    }

    LayerSource write(Path file, Compression compression) throws IOException {
        try (OutputStream to = Files.newOutputStream(file);
                OutputStream compressed = switch (compression) {
                    case NONE -> to;
                    case GZIP -> new GZIPOutputStream(to);
                    case ZSTD -> new ZstdOutputStreamNoFinalizer(to);
                }) {
            compressed.write(bytes());
        }
        return LayerSource.archive(file);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}

package io.carrel.internal.network.detached;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a JVM and its helper say to each other: values, one in each line. Both run the same classes, and nobody else has
 * the other ends of the pipes. Not thread-safe.
 */
final class Messages {

    private static final ObjectInputFilter OURS = ObjectInputFilter.Config.createFilter("java.base/*;io.carrel.**;!*");

    private final BufferedReader in;
    private final OutputStream out;

    Messages(InputStream in, OutputStream out) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
        this.out = out;
    }

    void send(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
            objects.writeObject(value);
        }
        out.write((Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Waits for the next; empty if the other has ended. */
    Optional<Object> receive() throws IOException {
        String line = in.readLine();
        return line == null ? Optional.empty() : Optional.of(read(line));
    }

    private static Object read(String line) throws IOException {
        byte[] bytes = Base64.getDecoder().decode(line);
        try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            objects.setObjectInputFilter(OURS);
            return objects.readObject();
        } catch (ClassNotFoundException e) {
            InvalidObjectException invalid = new InvalidObjectException(e.toString());
            invalid.initCause(e);
            throw invalid;
        }
    }
}

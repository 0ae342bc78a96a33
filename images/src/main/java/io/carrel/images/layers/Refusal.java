package io.carrel.images.layers;

import io.carrel.linux.RefusedContentException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes the errors about one archive: all name it, and the entry where something is wrong. Not thread-safe. */
final class Refusal {

    private static final int SHOWN = 200;

    private final String source;
    private String entry = "";

    Refusal(String source) {
        this.source = source;
    }

    /** The name, as bytes, of the entry that the following errors are about. */
    void entry(String name) {
        entry = name;
    }

    /**
     * The current entry, or the whole archive, as people read it; control characters are shown as what they are not.
     */
    String place() {
        if (entry.isEmpty()) {
            return source;
        }
        String cut = entry.length() > SHOWN ? entry.substring(0, SHOWN) + "..." : entry;
        String text = new String(cut.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** The current entry and its archive. */
    String placeInSource() {
        return entry.isEmpty() ? source : place() + " in " + source;
    }

    /** An error about the current entry. */
    RefusedContentException because(String reason) {
        return because(reason, null);
    }

    /** The same, with what it follows from. */
    RefusedContentException because(String reason, @Nullable Throwable cause) {
        return new RefusedContentException(source, entry.isEmpty() ? "" : place(), reason, cause);
    }
}

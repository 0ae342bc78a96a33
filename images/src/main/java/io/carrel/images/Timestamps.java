package io.carrel.images;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Times as RFC 3339 writes them. */
final class Timestamps {

    private Timestamps() {}

    /** Null if there is none. */
    static @Nullable Instant parse(Json json) {
        String text = json.textOrEmpty();
        if (text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw json.refuse("it is not a time", e);
        }
    }
}

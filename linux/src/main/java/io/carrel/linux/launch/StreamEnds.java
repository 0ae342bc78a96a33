package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ends of a command's standard streams that one start is given, open, in place of what its streams lead to
 * otherwise. Immutable.
 *
 * @param byStream for 0, 1 and 2, where there is one; they stay their owner's
 */
public record StreamEnds(Map<Integer, Descriptor> byStream) {

    /** None of them. */
    public static final StreamEnds NONE = new StreamEnds(Map.of());

    /** Copies the map. */
    public StreamEnds {
        byStream = Map.copyOf(byStream);
    }

    /** The end of that stream; null where none is given. */
    @Nullable Descriptor of(int stream) {
        return byStream.get(stream);
    }
}

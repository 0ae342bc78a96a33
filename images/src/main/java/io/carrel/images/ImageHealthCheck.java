package io.carrel.images;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says how to find out whether a container of an image works: the field {@code Healthcheck} of Docker's configurations.
 * Immutable, so safe for use by several threads.
 *
 * @param test {@code NONE}, or {@code CMD} and the words of a command, or {@code CMD-SHELL} and a text for the shell;
 *     may be empty
 * @param interval between two checks; zero for the usual one, as for the others
 * @param timeout of a check
 * @param startPeriod for how long failures do not count
 * @param startInterval between two checks in that time
 * @param retries how many failures in a row are too many
 */
public record ImageHealthCheck(
        List<String> test,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {

    /** Copies the test. */
    public ImageHealthCheck {
        test = ImmutableList.copyOf(test);
    }

    static ImageHealthCheck parse(Json json) {
        return new ImageHealthCheck(
                json.at("Test").texts(),
                time(json.at("Interval")),
                time(json.at("Timeout")),
                time(json.at("StartPeriod")),
                time(json.at("StartInterval")),
                json.at("Retries").isMissing()
                        ? 0
                        : Ints.saturatedCast(json.at("Retries").size()));
    }

    private static Duration time(Json nanoseconds) {
        return nanoseconds.isMissing() ? Duration.ZERO : Duration.ofNanos(nanoseconds.size());
    }

    /** Changes what {@code node} says of these, and nothing else of it. */
    void writeTo(ObjectNode node) {
        ArrayNode words = node.putArray("Test");
        test.forEach(words::add);
        put(node, "Interval", interval.toNanos());
        put(node, "Timeout", timeout.toNanos());
        put(node, "StartPeriod", startPeriod.toNanos());
        put(node, "StartInterval", startInterval.toNanos());
        put(node, "Retries", retries);
    }

    private static void put(ObjectNode node, String name, long value) {
        if (value == 0) {
            node.remove(name);
        } else {
            node.put(name, value);
        }
    }
}

package io.carrel.benchmarks;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What iperf3 says in JSON. */
final class Iperf {

    private static final Pattern RECEIVED =
            Pattern.compile("\"sum_received\":\\s*\\{[^}]*\"bits_per_second\":\\s*([0-9.eE+]+)");

    private Iperf() {}

    static double gigabits(String json) throws IOException {
        Matcher received = RECEIVED.matcher(json);
        if (!received.find()) {
            throw new IOException("iperf3 measured nothing: " + json);
        }
        return Double.parseDouble(received.group(1)) / 1e9;
    }
}

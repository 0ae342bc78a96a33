package io.carrel.images;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The instruction by which an image says how to find out whether a container works. */
final class HealthCheckInstruction {

    private static final Pattern OPTION = Pattern.compile("--([a-z-]+)=(\\S*)(?:\\s+|$)");
    private static final Pattern CHECK = Pattern.compile("(?i)(NONE|CMD)(?:\\s+(.*))?", Pattern.DOTALL);
    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,18}(?:\\.\\d{0,9})?|\\.\\d{1,9})(ns|us|µs|ms|s|m|h)");

    private static final Map<String, String> TIMES = Map.of(
            "interval", "Interval",
            "timeout", "Timeout",
            "start-period", "StartPeriod",
            "start-interval", "StartInterval");

    private static final long SHORTEST = 1_000_000;

    private HealthCheckInstruction() {}

    /** The field {@code Healthcheck} of Docker's configurations, times in nanoseconds. */
    static ObjectNode toJson(Instruction instruction) {
        ObjectNode options = Json.object();
        int end = 0;
        Matcher option = OPTION.matcher(instruction.value());
        while (option.region(end, instruction.value().length()).lookingAt()) {
            put(options, instruction, option.group(1), option.group(2));
            end = option.end();
        }
        Matcher check = CHECK.matcher(instruction.value().substring(end));
        if (!check.matches()) {
            throw instruction.refuse("it is HEALTHCHECK [--interval=30s] [--timeout=30s] [--start-period=0s]"
                    + " [--start-interval=5s] [--retries=3] CMD ..., or HEALTHCHECK NONE");
        }
        boolean isNone = check.group(1).equalsIgnoreCase("NONE");
        String command = check.group(2) == null ? "" : check.group(2).strip();
        if (isNone && (!command.isEmpty() || !options.isEmpty())) {
            throw instruction.refuse("NONE stands alone");
        }
        ObjectNode node = Json.object();
        ArrayNode test = node.putArray("Test");
        (isNone ? List.of("NONE") : test(instruction, command)).forEach(test::add);
        node.setAll(options);
        return node;
    }

    private static List<String> test(Instruction instruction, String command) {
        if (command.isEmpty()) {
            throw instruction.refuse("a command is missing after CMD");
        }
        List<String> words = instruction.command(command, List.of("CMD-SHELL"));
        if (words.isEmpty()) {
            throw instruction.refuse("a command is missing after CMD");
        }
        return command.startsWith("[")
                ? ImmutableList.<String>builder().add("CMD").addAll(words).build()
                : words;
    }

    private static void put(ObjectNode options, Instruction instruction, String name, String value) {
        if (name.equals("retries")) {
            Integer retries = Ints.tryParse(value);
            if (retries == null || retries < 0) {
                throw instruction.refuse("\"%s\" is no number of retries".formatted(value));
            }
            options.put("Retries", retries);
            return;
        }
        String field = TIMES.get(name);
        if (field == null) {
            throw instruction.refuse("there is no option --" + name);
        }
        options.put(field, nanoseconds(instruction, name, value));
    }

    private static long nanoseconds(Instruction instruction, String name, String value) {
        BigDecimal sum = BigDecimal.ZERO;
        Matcher part = DURATION.matcher(value);
        int end = 0;
        while (part.region(end, value.length()).lookingAt()) {
            sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(nanoseconds(part.group(2)))));
            end = part.end();
        }
        boolean isDuration = value.equals("0") || end > 0 && end == value.length();
        boolean isPossible = sum.signum() == 0
                || sum.compareTo(BigDecimal.valueOf(SHORTEST)) >= 0
                        && sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        if (!isDuration || !isPossible) {
            throw instruction.refuse("--%s=%s is no time of at least 1ms, as in 30s or 1m30s".formatted(name, value));
        }
        return sum.longValue();
    }

    private static long nanoseconds(String unit) {
        return switch (unit) {
            case "h" -> 3_600_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "s" -> 1_000_000_000;
            case "ms" -> 1_000_000;
            case "ns" -> 1;
            default -> 1_000;
        };
    }
}

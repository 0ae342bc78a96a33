package io.carrel.cli.template;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Go's printf, as far as it prints what a document can hold. */
final class Printf {

    private static final Pattern VERB = Pattern.compile("%(?<width>-?\\d*)(?<verb>.)");

    private Printf() {}

    /** Fills in %s, %v, %d and %q, each with a width or without, and %%. */
    static String format(String format, List<JsonNode> values) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = VERB.matcher(format);
        int used = 0;
        while (matcher.find()) {
            String verb = matcher.group("verb");
            String filled = "%";
            if (!verb.equals("%")) {
                checkArgument("svdq".contains(verb), "a template's printf prints by s, v, d and q, not by %s", verb);
                checkArgument(used < values.size(), "the template's printf has too few values for \"%s\"", format);
                JsonNode value = values.get(used++);
                filled = padded(verb.equals("q") ? value.toString() : Values.text(value), matcher.group("width"));
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(filled));
        }
        matcher.appendTail(text);
        checkArgument(used == values.size(), "the template's printf has too many values for \"%s\"", format);
        return text.toString();
    }

    private static String padded(String text, String width) {
        if (width.isEmpty() || width.equals("-")) {
            return text;
        }
        int wanted = Integer.parseInt(width);
        String padding = " ".repeat(Math.max(0, Math.abs(wanted) - text.length()));
        return wanted < 0 ? text + padding : padding + text;
    }
}

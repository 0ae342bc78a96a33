package io.carrel.namespaces;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a link in {@code /proc/PID/ns} says, and the root of a mount of a namespace: {@code net:[4026531840]}.
 * Immutable.
 *
 * @param type the type
 * @param inode the number
 */
record NamespaceLink(NamespaceType type, long inode) {

    private static final Pattern TEXT = Pattern.compile("([a-z]+):\\[(\\d{1,18})]");

    /** Empty if the text is something else. */
    static Optional<NamespaceLink> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return NamespaceType.ofLabel(matcher.group(1))
                .map(type -> new NamespaceLink(type, Long.parseLong(matcher.group(2))));
    }

    String format() {
        return "%s:[%d]".formatted(type.label(), inode);
    }
}

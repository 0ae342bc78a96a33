package io.carrel.images;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.carrel.linux.Printable;
import io.carrel.linux.RefusedContentException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One instruction of a Dockerfile. Immutable.
 *
 * @param name in capitals
 * @param value what follows the name
 * @param text all of it
 */
record Instruction(String name, String value, String text) {

    /** Those that say how containers are started. */
    static final ImmutableSet<String> OF_CHANGES = ImmutableSet.of(
            "CMD",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "HEALTHCHECK",
            "LABEL",
            "ONBUILD",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");

    private static final ImmutableSet<String> OF_BUILDS =
            ImmutableSet.of("ADD", "ARG", "COPY", "FROM", "MAINTAINER", "RUN", "SHELL");
    /** What would be a build of its own, or follow another trigger. */
    private static final ImmutableSet<String> NO_TRIGGERS = ImmutableSet.of("FROM", "MAINTAINER", "ONBUILD");

    private static final int SHOWN = 200;

    /** Reads an instruction of one line. */
    static Instruction parse(String line) {
        String text = line.strip();
        int end = 0;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        Instruction instruction = new Instruction(
                Ascii.toUpperCase(text.substring(0, end)), text.substring(end).strip(), text);
        if (!OF_CHANGES.contains(instruction.name)) {
            throw instruction.refuse("%s; a change is one of %s"
                    .formatted(
                            OF_BUILDS.contains(instruction.name)
                                    ? instruction.name + " belongs to the build of an image"
                                    : "there is no such instruction",
                            String.join(", ", OF_CHANGES)));
        }
        if (instruction.value.isEmpty()) {
            throw instruction.refuse("a value is missing");
        }
        return instruction;
    }

    IllegalArgumentException refuse(String reason) {
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return new IllegalArgumentException("the change \"%s\": %s".formatted(Printable.of(shown), reason));
    }

    /** A value without its quotes, and with those of variables. */
    String expanded(String word, Map<String, String> variables) {
        try {
            return DockerWord.expand(word, variables);
        } catch (IllegalArgumentException e) {
            throw refuse(String.valueOf(e.getMessage()));
        }
    }

    /** The words of the value, with their quotes. */
    List<String> words() {
        return DockerWords.split(value);
    }

    /** The words of a JSON array, or of the value. */
    List<String> listed() {
        return value.startsWith("[") ? array(value) : words();
    }

    /**
     * A command as it is, or for the shell, which also gets what only looks like an array, such as one with single
     * quotes.
     */
    List<String> command(String command, List<String> shell) {
        if (command.startsWith("[") && isJson(command)) {
            return array(command);
        }
        return ImmutableList.<String>builder().addAll(shell).add(command).build();
    }

    private static boolean isJson(String text) {
        try {
            Json.parse(text.getBytes(StandardCharsets.UTF_8), "");
            return true;
        } catch (RefusedContentException e) {
            return false;
        }
    }

    private List<String> array(String json) {
        try {
            return Json.parse(json.getBytes(StandardCharsets.UTF_8), "").texts();
        } catch (RefusedContentException e) {
            throw refuse("after [ comes a JSON array of texts in double quotes, as in [\"a\", \"b\"]: " + e.reason());
        }
    }

    /** Of ONBUILD: the instruction that builds on this image begin with. */
    String trigger() {
        String trigger = Ascii.toUpperCase(DockerWords.split(value).get(0));
        if (NO_TRIGGERS.contains(trigger) || !OF_CHANGES.contains(trigger) && !OF_BUILDS.contains(trigger)) {
            throw refuse("%s cannot be triggered".formatted(Printable.of(trigger)));
        }
        return value;
    }
}

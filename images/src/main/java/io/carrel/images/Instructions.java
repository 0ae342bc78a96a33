package io.carrel.images;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.carrel.fs.ContainerPath;
import io.carrel.linux.Signal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * What instructions of a Dockerfile change of an image, one after the other. Immutable.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/">Dockerfile reference</a>
 */
record Instructions(List<Instruction> instructions) {

    private static final Pattern CONTINUED = Pattern.compile("\\\\[ \\t]*(\\r?\\n|$)");
    private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(?i:(tcp|udp|sctp)))?");
    private static final int HIGHEST_PORT = 65_535;
    /** What a command that is no array is for, unless the image names another. */
    static final ImmutableList<String> SHELL = ImmutableList.of("/bin/sh", "-c");

    /** Copies the list. */
    Instructions {
        instructions = List.copyOf(instructions);
    }

    /**
     * Reads texts of one or more lines. A backslash at a line's end continues it, and {@code #} at its beginning makes
     * it a comment.
     *
     * @throws IllegalArgumentException if there is none in a text, or it is wrong; more is found out by {@link #apply}
     */
    static Instructions parse(List<String> texts) {
        List<Instruction> instructions = new ArrayList<>();
        for (String text : texts) {
            int before = instructions.size();
            CONTINUED
                    .matcher(text)
                    .replaceAll("")
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(line -> instructions.add(Instruction.parse(line)));
            if (instructions.size() == before) {
                throw new IllegalArgumentException("a change is an instruction of a Dockerfile, as in EXPOSE 80");
            }
        }
        Instructions all = new Instructions(instructions);
        all.addTo(Json.object());
        return all;
    }

    /** What the fields say of which we know no more than that builders and other engines read them. */
    void addTo(ObjectNode config) {
        for (Instruction instruction : instructions) {
            if (instruction.name().equals("HEALTHCHECK")) {
                config.set("Healthcheck", HealthCheckInstruction.toJson(instruction));
            } else if (instruction.name().equals("ONBUILD")) {
                config.withArray("OnBuild").add(instruction.trigger());
            }
        }
    }

    /**
     * Other defaults. Variables have the values that the instructions before give them.
     *
     * @param shell what a command that is no array is for
     * @throws IllegalArgumentException if an instruction is wrong
     */
    ImageDefaults apply(ImageDefaults defaults, List<String> shell) {
        ImageDefaults changed = defaults;
        boolean hasCommand = false;
        for (Instruction instruction : instructions) {
            ImageDefaults before = changed;
            changed = apply(instruction, before, shell);
            if (hasCommand && instruction.name().equals("ENTRYPOINT")) {
                // Only a command from before these instructions was meant for another entrypoint.
                changed = changed.withCommand(before.command());
            }
            hasCommand |= instruction.name().equals("CMD");
        }
        return changed;
    }

    private static ImageDefaults apply(Instruction instruction, ImageDefaults defaults, List<String> shell) {
        Map<String, String> variables = variables(defaults);
        return switch (instruction.name()) {
            case "CMD" -> defaults.withCommand(instruction.command(instruction.value(), shell));
            case "ENTRYPOINT" -> defaults.withEntrypoint(instruction.command(instruction.value(), shell));
            case "ENV" -> withPairs(defaults, instruction, ImageDefaults::withEnvironment);
            case "EXPOSE" -> withPorts(defaults, instruction);
            case "LABEL" -> withPairs(defaults, instruction, ImageDefaults::withLabel);
            case "STOPSIGNAL" -> defaults.withStopSignal(signal(instruction, variables));
            case "USER" -> defaults.withUser(user(instruction, variables));
            case "VOLUME" -> withVolumes(defaults, instruction);
            case "WORKDIR" -> defaults.withWorkingDirectory(directory(instruction, defaults));
            default -> defaults;
        };
    }

    private static Map<String, String> variables(ImageDefaults defaults) {
        Map<String, String> variables = new HashMap<>();
        for (String variable : defaults.environment()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variables;
    }

    private interface Pair {
        ImageDefaults put(ImageDefaults defaults, String name, String value);
    }

    /** {@code NAME=VALUE} several times, or once {@code NAME VALUE}, where the value has all that follows. */
    private static ImageDefaults withPairs(ImageDefaults defaults, Instruction instruction, Pair pair) {
        List<String> words = instruction.words();
        Map<String, String> variables = variables(defaults);
        if (DockerWords.indexOf(words.get(0), '=') < 0) {
            String name = words.get(0);
            String value = instruction.value().substring(name.length()).strip();
            if (value.isEmpty()) {
                throw instruction.refuse("a value is missing, as in %s=VALUE".formatted(name));
            }
            return put(defaults, instruction, pair, instruction.expanded(name, variables), value, variables);
        }
        ImageDefaults changed = defaults;
        for (String word : words) {
            int equals = DockerWords.indexOf(word, '=');
            if (equals < 0) {
                throw instruction.refuse("%s is no NAME=VALUE; values with spaces have quotes".formatted(word));
            }
            String name = instruction.expanded(word.substring(0, equals), variables);
            changed = put(changed, instruction, pair, name, word.substring(equals + 1), variables);
        }
        return changed;
    }

    private static ImageDefaults put(
            ImageDefaults defaults,
            Instruction instruction,
            Pair pair,
            String name,
            String value,
            Map<String, String> variables) {
        if (name.isBlank() || name.indexOf('=') >= 0 && instruction.name().equals("ENV")) {
            throw instruction.refuse("\"%s\" is no name".formatted(name));
        }
        return pair.put(defaults, name, instruction.expanded(value, variables));
    }

    private static ImageDefaults withPorts(ImageDefaults defaults, Instruction instruction) {
        ImageDefaults changed = defaults;
        for (String word : instruction.words()) {
            String ports = instruction.expanded(word, variables(defaults));
            for (String port : Splitter.onPattern("\\s+").split(ports)) {
                changed = withPorts(changed, instruction, port);
            }
        }
        return changed;
    }

    private static ImageDefaults withPorts(ImageDefaults defaults, Instruction instruction, String ports) {
        Matcher matcher = PORT.matcher(ports);
        int first = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        int last = first == 0 || matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        if (first < 1 || last < first || last > HIGHEST_PORT) {
            throw instruction.refuse(
                    "\"%s\" is no port from 1 to %d, as in 80, 53/udp or 8000-8010".formatted(ports, HIGHEST_PORT));
        }
        String protocol = matcher.group(3) == null ? "tcp" : Ascii.toLowerCase(matcher.group(3));
        return defaults.withExposedPorts(IntStream.rangeClosed(first, last)
                .mapToObj(port -> port + "/" + protocol)
                .toList());
    }

    private static ImageDefaults withVolumes(ImageDefaults defaults, Instruction instruction) {
        ImageDefaults changed = defaults;
        List<String> words = instruction.listed();
        if (words.isEmpty()) {
            throw instruction.refuse("a path is missing");
        }
        for (String word : words) {
            String path = instruction.expanded(word, variables(defaults));
            if (!path.startsWith("/") || ContainerPath.cleaned(path).equals(ContainerPath.ROOT)) {
                throw instruction.refuse("\"%s\" is no absolute path below /".formatted(path));
            }
            changed = changed.withVolume(path);
        }
        return changed;
    }

    private static String signal(Instruction instruction, Map<String, String> variables) {
        String signal = instruction.expanded(instruction.value(), variables);
        if (Signal.numberOf(signal).isEmpty()) {
            throw instruction.refuse("\"%s\" is no signal, as SIGTERM, QUIT, SIGRTMIN+3 or 9 are".formatted(signal));
        }
        return signal;
    }

    private static String user(Instruction instruction, Map<String, String> variables) {
        String user = instruction.expanded(instruction.value(), variables);
        if (user.chars().anyMatch(Character::isWhitespace)) {
            throw instruction.refuse("\"%s\" is no user, as app, 1000 and app:staff are".formatted(user));
        }
        return user;
    }

    private static String directory(Instruction instruction, ImageDefaults defaults) {
        String path = instruction.expanded(instruction.value(), variables(defaults));
        if (path.isEmpty()) {
            throw instruction.refuse("a path is missing");
        }
        return ContainerPath.cleaned(path.startsWith("/") ? path : "/" + defaults.workingDirectory() + "/" + path)
                .text();
    }
}

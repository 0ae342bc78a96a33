package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.ContainerBuilder;
import io.carrel.linux.HostFileException;
import io.carrel.linux.RLimit;
import io.carrel.linux.RLimit.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options of {@code carrel run} that are about what a process gets from the one that starts it. */
final class EnvironmentOptions {

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set a variable, or take the host's value of it.")
    private List<Variable> variables = List.of();

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "Set those in a file: NAME=VALUE or NAME in each line, and comments after #.")
    private List<Path> files = List.of();

    @Option(
            names = "--ulimit",
            paramLabel = "NAME=SOFT[:HARD]",
            converter = Ulimit.class,
            description = "Limit each process, as nofile=1024 or core=0; -1 is without limit.")
    private List<RLimit> limits = List.of();

    /** Reads a limit. */
    static final class Ulimit implements ITypeConverter<RLimit> {
        @Override
        public RLimit convert(String text) {
            int equals = text.indexOf('=');
            checkArgument(equals > 0, "a limit is given as NAME=SOFT or NAME=SOFT:HARD, was \"%s\"", text);
            String[] values = text.substring(equals + 1).split(":", 2);
            long soft = number(values[0]);
            return new RLimit(resource(text.substring(0, equals)), soft, values.length == 1 ? soft : number(values[1]));
        }

        private static Resource resource(String name) {
            return Arrays.stream(Resource.values())
                    .filter(one -> one.name().equals(name.toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no limit \"%s\"; there are %s"
                            .formatted(
                                    name,
                                    Arrays.stream(Resource.values())
                                            .map(one -> one.name().toLowerCase(Locale.ROOT))
                                            .collect(Collectors.joining(", ")))));
        }

        private static long number(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("no limit: \"%s\": a whole number, or -1".formatted(text), e);
            }
        }
    }

    /** Those of the files first, so that each that was given by itself has its way. */
    void applyTo(ContainerBuilder builder) {
        for (Path file : files) {
            read(file).forEach(variable -> variable.setIn(builder));
        }
        variables.forEach(variable -> variable.setIn(builder));
        limits.forEach(builder::rlimit);
    }

    private static List<Variable> read(Path file) {
        List<Variable> variables = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String text = line.stripLeading();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    variables.add(Variable.parse(text));
                }
            }
        } catch (IOException e) {
            throw new HostFileException("Cannot read variables", file, e);
        }
        return variables;
    }
}

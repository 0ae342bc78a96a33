package io.carrel.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A script for fish, which picocli makes none for: a line for each command and option, and when it is offered. */
final class FishCompletion {

    private final String name;
    private final StringJoiner lines = new StringJoiner("\n", "", "\n");

    private FishCompletion(String name) {
        this.name = name;
    }

    static String script(CommandLine root) {
        FishCompletion script = new FishCompletion(root.getCommandName());
        script.add(root, List.of());
        return script.lines.toString();
    }

    private void add(CommandLine command, List<String> path) {
        Set<String> names = new LinkedHashSet<>(command.getSubcommands().keySet());
        StringBuilder when = new StringBuilder();
        path.forEach(word -> when.append(when.isEmpty() ? "" : "; and ")
                .append("__fish_seen_subcommand_from ")
                .append(word));
        String none = names.isEmpty() ? "" : "not __fish_seen_subcommand_from " + String.join(" ", names);
        String here = when.isEmpty() ? none : none.isEmpty() ? when.toString() : when + "; and " + none;
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            lines.add("complete -c %s -f -n '%s' -a %s -d '%s'"
                    .formatted(
                            name, here, sub.getKey(), description(sub.getValue().getCommandSpec())));
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            lines.add("complete -c %s -n '%s'%s -d '%s'".formatted(name, here, names(option), description(option)));
        }
        command.getSubcommands().forEach((word, sub) -> {
            List<String> inner = new ArrayList<>(path);
            inner.add(word);
            add(sub, inner);
        });
    }

    private static String names(OptionSpec option) {
        StringBuilder words = new StringBuilder();
        for (String each : option.names()) {
            words.append(each.startsWith("--") ? " -l " + each.substring(2) : " -s " + each.substring(1));
        }
        return words + (option.arity().max() > 0 ? " -r" : "");
    }

    private static String description(CommandSpec command) {
        return quoted(command.usageMessage().description());
    }

    private static String description(OptionSpec option) {
        return quoted(option.description());
    }

    private static String quoted(String... lines) {
        return lines.length == 0 ? "" : lines[0].replace("\\", "\\\\").replace("'", "\\'");
    }
}

package io.carrel.internal.spec;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.fs.ContainerPath;
import io.carrel.health.HealthCheck;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container executes, with which environment and where. Immutable.
 *
 * @param words the program and its arguments; empty for the image's
 * @param entrypoint what comes before them instead of the image's entrypoint; empty for that
 * @param environment the variables, in their order
 * @param workingDirectory where it starts; empty for the usual place
 * @param health what tells whether it works; empty for the image's check
 */
public record CommandSpec(
        List<String> words,
        Optional<List<String>> entrypoint,
        Map<String, String> environment,
        Optional<ContainerPath> workingDirectory,
        Optional<HealthCheck> health) {

    /** Nothing is said of it. */
    public static final CommandSpec NONE =
            new CommandSpec(List.of(), Optional.empty(), Map.of(), Optional.empty(), Optional.empty());

    /** Copies what is mutable. */
    public CommandSpec {
        words = ImmutableList.copyOf(words);
        entrypoint = entrypoint.map(ImmutableList::copyOf);
        environment = ImmutableMap.copyOf(environment);
    }

    /** The same with this program and these arguments. */
    public CommandSpec withWords(List<String> others) {
        checkArgument(!others.isEmpty() && !others.get(0).isEmpty(), "a command needs at least a program's name");
        others.forEach(word -> checkNoNul("an argument of the command", word));
        return new CommandSpec(others, entrypoint, environment, workingDirectory, health);
    }

    /** The same behind these words, of which there may be none. */
    public CommandSpec withEntrypoint(List<String> before) {
        checkArgument(
                before.isEmpty() || !before.get(0).isEmpty(),
                "an entrypoint needs a program's name, or no word at all");
        before.forEach(word -> checkNoNul("a word of the entrypoint", word));
        return new CommandSpec(words, Optional.of(before), environment, workingDirectory, health);
    }

    /** The same with one more variable, or with another value of it. */
    public CommandSpec withVariable(String name, String value) {
        checkArgument(!name.isEmpty() && !name.contains("="), "not the name of a variable: \"%s\"", name);
        checkNoNul("the name of a variable", name);
        checkNoNul("the value of " + name, value);
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put(name, value);
        return withEnvironment(all);
    }

    /** The same with more variables, or with other values of them. */
    public CommandSpec withVariables(Map<String, String> more) {
        CommandSpec all = this;
        for (Map.Entry<String, String> variable : more.entrySet()) {
            all = all.withVariable(variable.getKey(), variable.getValue());
        }
        return all;
    }

    /** The same with these variables and no others. */
    public CommandSpec withEnvironment(Map<String, String> variables) {
        return new CommandSpec(words, entrypoint, variables, workingDirectory, health);
    }

    /** The same in this directory. */
    public CommandSpec in(ContainerPath directory) {
        return new CommandSpec(words, entrypoint, environment, Optional.of(directory), health);
    }

    /** The same with another check of whether it works. */
    public CommandSpec with(HealthCheck check) {
        return new CommandSpec(words, entrypoint, environment, workingDirectory, Optional.of(check));
    }

    /** Where it starts. */
    public ContainerPath directory() {
        return workingDirectory.orElse(ContainerPath.ROOT);
    }

    /**
     * Checks that there is something to execute.
     *
     * @param image whether an image may name it
     * @param init whether there is an init, whose work the health check is
     */
    public void check(boolean image, boolean init) {
        checkState(
                init || health.map(HealthCheck::isNone).orElse(true),
                "a health check is the work of the container's init: it takes a PID namespace of its own, and no init(false)");
        checkState(image || !words.isEmpty(), "a container needs a command(...)");
        checkState(image || entrypoint.isEmpty(), "an entrypoint needs a root(RootFs.image(...))");
    }

    private static void checkNoNul(String what, String text) {
        checkArgument(text.indexOf('\0') < 0, "%s contains a NUL character: \"%s\"", what, text);
    }
}

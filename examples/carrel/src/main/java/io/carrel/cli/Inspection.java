package io.carrel.cli;

import io.carrel.cli.template.Template;
import io.carrel.linux.Printable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How all about some things is printed; all commands that inspect have the same option. */
final class Inspection {

    @Option(
            names = {"-f", "--format"},
            paramLabel = "TEMPLATE",
            description = "Print of each what the template says, such as {{.Name}} or {{json .Labels}}.")
    private @Nullable String format;

    /**
     * Prints an array of all, or a line for each as it is asked for, and says which there are not.
     *
     * @return the exit code
     * @throws IllegalArgumentException if the template is none
     */
    int print(CommandSpec spec, List<String> names, Function<String, ObjectNode> finder) {
        Template template = format == null || format.equals("json") ? null : Template.line(format);
        ArrayNode all = Documents.array();
        int code = EachName.of(spec, names, name -> {
            ObjectNode document = finder.apply(name);
            if (template == null) {
                all.add(document);
            } else {
                spec.commandLine().getOut().println(Printable.lines(template.fill(document)));
            }
        });
        if (template == null) {
            spec.commandLine().getOut().println("json".equals(format) ? Documents.line(all) : Documents.format(all));
        }
        return code;
    }
}

package io.carrel.cli;

import io.carrel.cli.template.Template;
import io.carrel.images.Platform;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel version}: as {@code docker version}, without a server. */
@Command(
        name = "version",
        description = {"Prints the versions of carrel, Java and the kernel.", ""})
final class VersionCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "TEMPLATE",
            description = "Print what the template says, such as {{.Version}}; or json.")
    private @Nullable String format;

    @Override
    public Integer call() {
        ObjectNode versions = Documents.object()
                .put("Version", Version.number())
                .put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"))
                .put("Os", System.getProperty("os.name"))
                .put("KernelVersion", System.getProperty("os.version"))
                .put("Arch", Platform.current().toString());
        PrintWriter out = spec.commandLine().getOut();
        if (format == null) {
            versions.properties()
                    .forEach(field -> out.printf(
                            "%-15s %s%n", field.getKey() + ":", field.getValue().asString()));
        } else {
            out.println(
                    format.equals("json")
                            ? Documents.line(versions)
                            : Template.line(format).fill(versions));
        }
        return 0;
    }
}

package io.carrel.cli;

import com.google.common.base.Strings;
import io.carrel.Feature;
import io.carrel.Host;
import io.carrel.HostReport;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code carrel doctor}: what works on this host, what does not, and what to do about it. */
@Command(
        name = "doctor",
        description = {"Says what works on this host, what does not, and what to do.", ""},
        footer = {"", "Exit code: 0 if \"carrel run\" works here, 1 if not."})
final class DoctorCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        HostReport report = Host.probe();
        out.println(report.system());
        int width = report.features().stream()
                .mapToInt(feature -> feature.name().length())
                .max()
                .orElse(1);
        for (Feature feature : report.features()) {
            String verdict = feature.works() ? "yes" : "NO";
            out.println(Page.wrapped(
                    "%-3s  ".formatted(verdict) + Strings.padEnd(feature.name(), width, ' ') + "  ",
                    Glossary.translate(feature.detail())));
            if (!feature.remedy().isEmpty()) {
                out.println(Page.wrapped(" ".repeat(width + 7), Glossary.translate(feature.remedy())));
            }
        }
        return report.works() ? 0 : 1;
    }
}

package io.carrel.cli;

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
        for (Feature feature : report.features()) {
            String verdict = feature.works() ? "yes" : "NO";
            out.println(Page.wrapped(
                    "%-3s  %-20s  ".formatted(verdict, feature.name()), Glossary.translate(feature.detail())));
            if (!feature.remedy().isEmpty()) {
                out.println(Page.wrapped("%-5s%-20s  ".formatted("", ""), Glossary.translate(feature.remedy())));
            }
        }
        return report.works() ? 0 : 1;
    }
}

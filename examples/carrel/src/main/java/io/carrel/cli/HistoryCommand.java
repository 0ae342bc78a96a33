package io.carrel.cli;

import io.carrel.fs.images.Descriptor;
import io.carrel.fs.images.HistoryEntry;
import io.carrel.fs.images.Image;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel history}: how an image came to be. */
@Command(
        name = "history",
        description = {"Shows how an image came to be, the last step first.", ""})
final class HistoryCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--no-trunc", description = "Do not cut the commands.")
    private boolean whole;

    @Parameters(paramLabel = "IMAGE", description = "A name or an id.")
    private String name = "";

    @Override
    public void run() {
        Image image = Images.store().image(name);
        Deque<List<String>> rows = new ArrayDeque<>();
        Iterator<Descriptor> layers = image.manifest().layers().iterator();
        Instant now = Instant.now();
        for (HistoryEntry step : image.history()) {
            long size = !step.emptyLayer() && layers.hasNext() ? layers.next().size() : 0;
            String what = (step.createdBy() + " " + step.comment()).strip();
            rows.addFirst(List.of(Images.age(step.created(), now), Images.size(size), what));
        }
        rows.addFirst(List.of("CREATED", "SIZE", "CREATED BY"));
        PrintWriter out = spec.commandLine().getOut();
        if (whole) {
            rows.forEach(row ->
                    out.println(Page.wrapped("%-16s  %-8s  ".formatted(row.get(0), row.get(1)), row.get(2))));
        } else {
            out.println(Page.table(List.copyOf(rows)));
        }
    }
}

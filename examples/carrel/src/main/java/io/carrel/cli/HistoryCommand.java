package io.carrel.cli;

import com.google.common.collect.Streams;
import io.carrel.images.Descriptor;
import io.carrel.images.HistoryEntry;
import io.carrel.images.Image;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel history}: how an image came to be. */
@Command(
        name = "history",
        description = {"Shows how an image came to be, the last step first.", ""})
final class HistoryCommand implements Runnable {

    private static final Columns COLUMNS = Columns.of(
                    "CreatedSince", "CREATED", "Size", "SIZE", "CreatedBy", "CREATED BY")
            .hiding("ID", "LAYER", "CreatedAt", "CREATED AT", "Comment", "COMMENT");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ListOptions options = new ListOptions();

    @Parameters(paramLabel = "IMAGE", description = "A name or an id.")
    private String name = "";

    @Override
    public void run() {
        Image image = Images.store().image(name);
        Deque<Step> steps = new ArrayDeque<>();
        Iterator<Descriptor> layers = image.manifest().layers().iterator();
        for (HistoryEntry step : image.history()) {
            boolean hasLayer = !step.emptyLayer() && layers.hasNext();
            steps.addFirst(new Step(step, hasLayer ? Optional.of(layers.next()) : Optional.empty()));
        }
        Instant now = Instant.now();
        options.print(spec.commandLine().getOut(), COLUMNS, List.copyOf(steps), step -> step.entry(now));
        long more = Streams.stream(layers).count();
        if (more > 0) {
            spec.commandLine()
                    .getErr()
                    .printf("carrel: %d layers are in no step: the image does not say how they came to be%n", more);
        }
    }

    private record Step(HistoryEntry told, Optional<Descriptor> layer) {

        ListOptions.Entry entry(Instant now) {
            String what = (told.createdBy() + " " + told.comment()).strip();
            long size = layer.map(Descriptor::size).orElse(0L);
            String digest = layer.map(one -> one.digest().toString()).orElse("<missing>");
            return new ListOptions.Entry(
                    digest,
                    Documents.object()
                            .put("ID", digest)
                            .put("CreatedSince", Age.ago(told.created(), now))
                            .put(
                                    "CreatedAt",
                                    told.created() == null
                                            ? "N/A"
                                            : told.created().toString())
                            .put("Size", Images.size(size))
                            .put("CreatedBy", what)
                            .put("Comment", told.comment()),
                    Documents.object()
                            .put(
                                    "Created",
                                    told.created() == null
                                            ? null
                                            : told.created().toString())
                            .put("CreatedBy", told.createdBy())
                            .put("Comment", told.comment())
                            .put("Layer", layer.map(one -> digest).orElse(null))
                            .put("Size", size));
        }
    }
}

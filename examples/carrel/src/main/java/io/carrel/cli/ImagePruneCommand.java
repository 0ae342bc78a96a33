package io.carrel.cli;

import io.carrel.images.Pruned;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code carrel image prune}: removes what nobody needs. */
@Command(
        name = "prune",
        description = {"Removes images without a name, and all that no image needs.", ""})
final class ImagePruneCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-a", "--all"},
            description = "Remove all images that no container uses.")
    private boolean all;

    @Mixin
    private final Question question = new Question();

    @Override
    public Integer call() throws IOException {
        String what = all ? "all images that no container uses" : "all images without a name";
        return question.ifYes(spec.commandLine(), "This will remove " + what, this::prune);
    }

    private int prune() {
        PrintWriter out = spec.commandLine().getOut();
        Pruned pruned = Images.store().prune(all);
        if (!pruned.names().isEmpty() || !pruned.unnamed().isEmpty()) {
            out.println("Deleted Images:");
            pruned.names().forEach(name -> out.println("untagged: " + name));
            pruned.unnamed().forEach(digest -> out.println("deleted: " + digest));
            out.println();
        }
        out.printf(
                "Removed %d blobs and %d layers%nTotal reclaimed space: %s%n",
                pruned.blobs(), pruned.layers(), Images.size(pruned.bytes()));
        return 0;
    }
}

package io.carrel.cli;

import io.carrel.fs.images.Pruned;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code carrel image prune}: removes what nobody needs. */
@Command(
        name = "prune",
        description = {"Removes images without a name, and all that no image needs.", ""})
final class ImagePruneCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-a", "--all"},
            description = "Remove all images that no container uses.")
    private boolean all;

    @Option(
            names = {"-f", "--force"},
            description = "Accepted for scripts; nothing is asked anyway.")
    @SuppressWarnings("unused") // there is no question
    private boolean force;

    @Override
    public void run() {
        Pruned pruned = Images.store().prune(all);
        spec.commandLine()
                .getOut()
                .printf(
                        "Removed %d blobs and %d layers%nTotal reclaimed space: %s%n",
                        pruned.blobs(), pruned.layers(), Images.size(pruned.bytes()));
    }
}

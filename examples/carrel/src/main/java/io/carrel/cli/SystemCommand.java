package io.carrel.cli;

import io.carrel.fs.Storage;
import io.carrel.fs.volumes.Volume;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.Pruned;
import io.carrel.images.layers.Digest;
import io.carrel.linux.NotPermittedException;
import io.carrel.netns.bridge.Networks;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code carrel system}: all that carrel keeps on the disk. */
@Command(
        name = "system",
        description = {"Looks after all that carrel keeps.", ""})
final class SystemCommand {

    private static final Columns COLUMNS = Columns.of("Type", "TYPE", "TotalCount", "TOTAL", "Active", "ACTIVE")
            .showing("Size", "SIZE", "Reclaimable", "RECLAIMABLE");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /** One line of {@code df}: how many there are, how many are used, and bytes. */
    private record Share(String type, int total, int active, long bytes, long reclaimable) {

        ListOptions.Entry entry() {
            int percent = bytes == 0 ? 0 : (int) (100 * reclaimable / bytes);
            return new ListOptions.Entry(
                    type,
                    Documents.object()
                            .put("Type", type)
                            .put("TotalCount", Integer.toString(total))
                            .put("Active", Integer.toString(active))
                            .put("Size", Images.size(bytes))
                            .put("Reclaimable", "%s (%d%%)".formatted(Images.size(reclaimable), percent)),
                    Documents.object()
                            .put("Type", type)
                            .put("TotalCount", total)
                            .put("Active", active)
                            .put("Size", bytes)
                            .put("Reclaimable", reclaimable));
        }
    }

    @Command(
            name = "df",
            description = "Shows how much room images and volumes take, and how much those that no container uses.")
    void usage(@Mixin ListOptions options) {
        options.print(spec.commandLine().getOut(), COLUMNS, List.of(images(), volumes()), Share::entry);
    }

    /** What several images share counts once, and is reclaimable if none of them is in use. */
    private static Share images() {
        ImageStore store = Images.store();
        Map<Digest, Long> all = new HashMap<>();
        Map<Digest, Long> used = new HashMap<>();
        int active = 0;
        List<Image> images = store.images();
        for (Image image : images) {
            Map<Digest, Long> blobs = blobs(image);
            all.putAll(blobs);
            if (!store.users(image).isEmpty()) {
                active++;
                used.putAll(blobs);
            }
        }
        return new Share("Images", images.size(), active, sum(all.values()), sum(all.values()) - sum(used.values()));
    }

    private static Map<Digest, Long> blobs(Image image) {
        Map<Digest, Long> blobs = new HashMap<>();
        image.manifest().layers().forEach(layer -> blobs.put(layer.digest(), layer.size()));
        return blobs;
    }

    private static Share volumes() {
        VolumeStore store = VolumeStore.open(Storage.standard());
        int active = 0;
        long bytes = 0;
        long reclaimable = 0;
        List<Volume> volumes = store.list();
        Map<String, Long> sizes = VolumeCommand.sizes(store);
        for (Volume volume : volumes) {
            long size = sizes.getOrDefault(volume.name(), 0L);
            bytes += size;
            if (VolumeCommand.users(store, volume.name()).isEmpty()) {
                reclaimable += size;
            } else {
                active++;
            }
        }
        return new Share("Local Volumes", volumes.size(), active, bytes, reclaimable);
    }

    private static long sum(Collection<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).sum();
    }

    @Command(
            name = "prune",
            description =
                    "Removes networks that no container is on, and images without a name; with --volumes also anonymous"
                            + " volumes that no container uses.")
    int prune(
            @Option(
                            names = {"-a", "--all"},
                            description = "All images that no container uses.")
                    boolean all,
            @Option(names = "--volumes", description = "Anonymous volumes that no container uses, too.")
                    boolean volumes,
            @Mixin Question question)
            throws IOException {
        String warning = "This will remove all networks that no container is on, %s%s"
                .formatted(
                        all ? "all images that no container uses" : "all images without a name",
                        volumes ? ", and all anonymous volumes that no container uses" : "");
        return question.ifYes(spec.commandLine(), warning, () -> pruneAll(all, volumes));
    }

    private int pruneAll(boolean all, boolean volumes) {
        long bytes = 0;
        for (String network : networks()) {
            spec.commandLine().getOut().println("network: " + network);
        }
        if (volumes) {
            VolumeStore store = VolumeStore.open(Storage.standard());
            Map<String, Long> sizes = VolumeCommand.sizes(store);
            for (Volume removed : store.prune(false)) {
                spec.commandLine().getOut().println("volume: " + removed.name());
                bytes += sizes.getOrDefault(removed.name(), 0L);
            }
        }
        Pruned pruned = Images.store().prune(all);
        pruned.names().forEach(name -> spec.commandLine().getOut().println("image: " + name));
        pruned.unnamed().forEach(digest -> spec.commandLine().getOut().println("image: " + digest));
        spec.commandLine().getOut().println("Total reclaimed space: " + Images.size(bytes + pruned.bytes()));
        return 0;
    }

    /** Those that were removed; none where this user has none. */
    private static List<String> networks() {
        try (Networks networks = NetworkCommand.networks()) {
            return networks.prune();
        } catch (NotPermittedException notForThisUser) {
            return List.of();
        }
    }
}

package io.carrel.images;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.internal.FuseNote;
import io.carrel.fs.internal.InsideIds;
import io.carrel.fs.internal.KeptCopy;
import io.carrel.fs.internal.ReadableCopy;
import io.carrel.images.compression.Compression;
import io.carrel.images.layers.AppliedLayer;
import io.carrel.images.layers.Digest;
import io.carrel.images.layers.LayerApplier;
import io.carrel.images.layers.LayerWriter;
import io.carrel.images.layers.Owners;
import io.carrel.images.layers.WatchedInput;
import io.carrel.images.layers.Whiteouts;
import io.carrel.images.layers.WrittenLayer;
import io.carrel.linux.SyscallException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Makes images of one new layer, alone or on top of another image. Not thread-safe. */
final class ImageCommit {

    private final Unpacker unpacker;
    private final Workspace workspace;
    private final NewImage settings;
    private final Clock clock;

    ImageCommit(Unpacker unpacker, Workspace workspace, NewImage settings, Clock clock) {
        this.unpacker = unpacker;
        this.workspace = workspace;
        this.settings = settings;
        this.clock = clock;
    }

    private record Layer(Descriptor descriptor, Digest diffId) {}

    /** An image that adds to another one what an overlay's upper directory has. */
    List<FoundImage> onto(Image base, List<Path> lower, Path upper) throws IOException {
        FuseNote.check(upper);
        KeptCopy.check(upper);
        Json old = Json.parse(
                workspace.read(base.manifest().config()),
                "blob " + base.manifest().config().digest());
        List<String> shell = old.at("config").at("Shell").texts();
        ImageConfig changed = base.config()
                .with(defaults -> settings.changed(defaults, shell.isEmpty() ? Instructions.SHELL : shell));
        Layer layer = written(upper, lower);
        ImageConfig config = changed.withLayer(layer.diffId(), step("carrel commit"));
        List<Descriptor> layers = ImmutableList.<Descriptor>builder()
                .addAll(base.manifest().layers())
                .add(layer.descriptor())
                .build();
        return image(ConfigWriter.format(config, old, settings::addTo), layers);
    }

    /** An image of what a directory has. */
    List<FoundImage> of(Path directory) throws IOException {
        ImageDefaults defaults = settings.changed(ImageDefaults.NONE, Instructions.SHELL);
        return alone(defaults, written(directory, List.of()));
    }

    /** An image of what a tar archive has. It is unpacked at once, so that it can be trusted and is read only once. */
    List<FoundImage> of(InputStream archive, String source) throws IOException {
        ImageDefaults defaults = settings.changed(ImageDefaults.NONE, Instructions.SHELL);
        BufferedInputStream buffered = new BufferedInputStream(archive);
        Compression compression = Compression.of(buffered, source);
        AtomicReference<AppliedLayer> applied = new AtomicReference<>();
        Path directory = workspace.newDirectory();
        Digest digest = workspace.add(out -> applied.set(unpack(buffered, out, directory, source)));
        AppliedLayer layer = applied.get();
        unpacker.keepUnlessThere(directory, layer);
        return alone(
                defaults,
                new Layer(Descriptor.of(MediaTypes.layer(compression), digest, layer.archiveBytes()), layer.diffId()));
    }

    private AppliedLayer unpack(InputStream archive, OutputStream copy, Path directory, String source)
            throws IOException {
        Unpacker.makePublic(directory);
        return LayerApplier.onto(directory, Whiteouts.OVERLAY, unpacker.owners())
                .limits(unpacker.limits())
                .named(source)
                .progress(settings.progress())
                .apply(WatchedInput.ofBorrowed(archive, copy::write));
    }

    private Layer written(Path upper, List<Path> lower) throws IOException {
        LayerWriter plain = LayerWriter.of(upper).onto(lower).owners(unpacker.owners());
        if (unpacker.owners() == Owners.KEEP) {
            return written(plain); // root sees files as containers do
        }
        InsideIds ids = InsideIds.beside(upper);
        try {
            return written(inside(plain, ids));
        } catch (SyscallException e) {
            if (!ReadableCopy.isDenied(e)) {
                throw e;
            }
            try (ReadableCopy copy = ReadableCopy.of(upper).orElseThrow(() -> e)) {
                LayerWriter ofCopy =
                        LayerWriter.of(copy.directory()).onto(lower).owners(unpacker.owners());
                return written(inside(ofCopy.permissions(copy.permissions()), ids));
            }
        }
    }

    private Layer written(LayerWriter unset) throws IOException {
        LayerWriter writer = settings.settings(unset);
        AtomicReference<WrittenLayer> written = new AtomicReference<>();
        Digest digest = workspace.add(out -> written.set(writer.write(out, settings.compression())));
        WrittenLayer layer = written.get();
        return new Layer(Descriptor.of(MediaTypes.layer(settings.compression()), digest, layer.size()), layer.diffId());
    }

    private static LayerWriter inside(LayerWriter writer, InsideIds ids) {
        return writer.ids(ids.insideUsers(), ids.insideGroups());
    }

    private List<FoundImage> alone(ImageDefaults defaults, Layer layer) throws IOException {
        HistoryEntry step = step("carrel import");
        ImageConfig config = new ImageConfig(Platform.current(), step.created(), "", defaults, List.of(), List.of())
                .withLayer(layer.diffId(), step);
        return image(
                ConfigWriter.format(config, new Json("", "", Json.object()), settings::addTo),
                List.of(layer.descriptor()));
    }

    private HistoryEntry step(String command) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return new HistoryEntry(now, command, settings.author(), settings.message(), false);
    }

    private List<FoundImage> image(byte[] config, List<Descriptor> layers) throws IOException {
        Descriptor configuration = workspace.add(MediaTypes.CONFIG, config);
        Manifest manifest = new Manifest(MediaTypes.MANIFEST, configuration, layers, Map.of());
        Descriptor descriptor = workspace.add(MediaTypes.MANIFEST, manifest.format());
        return List.of(new FoundImage(descriptor, settings.name()));
    }
}

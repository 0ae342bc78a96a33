package io.carrel.images;

import io.carrel.images.Verification.Damage;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the images of a store. Whoever uses it sees to it that nothing is removed meanwhile. */
record Lookup(ImageStore store, StoreLayout layout) {

    private BlobSource blobs() {
        return new Blobs(layout.blobs());
    }

    private List<LayoutIndex.Entry> entries() throws IOException {
        return LayoutIndex.read(layout.index()).entries();
    }

    Inventory inventory() throws IOException {
        List<Image> images = new ArrayList<>();
        List<Damage> damages = new ArrayList<>();
        for (LayoutIndex.Entry entry : entries()) {
            ImageTree tree = ImageTree.asFarAsSound(entry.descriptor(), blobs());
            tree.preferred()
                    .map(parts -> new Image(store, entry.reference().orElse(null), entry.descriptor(), parts))
                    .ifPresent(images::add);
            tree.damage()
                    .map(damage -> Verification.ofImage(name(entry), String.valueOf(damage.getMessage())))
                    .ifPresent(damages::add);
        }
        return new Inventory(images, damages);
    }

    /** What the entry is called, or the digits that identify it. */
    static String name(LayoutIndex.Entry entry) {
        return entry.reference()
                .map(Reference::toString)
                .orElse(entry.descriptor().digest().toString());
    }

    Image image(String name, Platform platform) throws IOException {
        return image(new Search(entries(), blobs()).one(name), platform);
    }

    Optional<Image> find(Reference reference) throws IOException {
        for (LayoutIndex.Entry entry : entries()) {
            if (Search.isCalled(entry, reference)) {
                return Optional.of(image(entry, Platform.current()));
            }
        }
        return Optional.empty();
    }

    /** An image for one platform has been chosen already; it is the user's choice whether it runs here. */
    private Image image(LayoutIndex.Entry entry, Platform platform) throws IOException {
        ImageTree tree = ImageTree.asFarAsSound(entry.descriptor(), blobs());
        boolean isChosen = MediaTypes.isManifest(entry.descriptor().mediaType());
        Optional<ImageParts> chosen = isChosen ? tree.images().stream().findFirst() : tree.choose(platform);
        if (chosen.isEmpty() && tree.damage().isPresent()) {
            throw damaged(entry, tree.damage().get());
        }
        return new Image(
                store,
                entry.reference().orElse(null),
                entry.descriptor(),
                chosen.orElseThrow(() -> noSuchPlatform(name(entry), platform, tree)));
    }

    private static RefusedContentException damaged(LayoutIndex.Entry entry, RefusedContentException damage) {
        return new RefusedContentException(
                "image " + name(entry),
                "",
                "it is damaged: %s; load it again, or remove it".formatted(damage.getMessage()),
                damage);
    }

    static IllegalArgumentException noSuchPlatform(String name, Platform platform, ImageTree tree) {
        String others = tree.images().stream()
                .map(image -> image.config().platform().toString())
                .distinct()
                .collect(Collectors.joining(", "));
        return new IllegalArgumentException(
                "%s is not there for %s; it is there for %s".formatted(name, platform, others));
    }
}

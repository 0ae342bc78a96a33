package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the image that a user means. */
record Search(List<LayoutIndex.Entry> entries, BlobSource blobs) {

    private static final Pattern HEX = Pattern.compile("(?:sha256:)?([0-9a-f]{6,64})");

    /** The one with exactly this name, else with this name at its end, else with these digits. */
    LayoutIndex.Entry one(String name) throws IOException {
        Optional<Reference> reference = Reference.tryParse(name);
        if (reference.isPresent()) {
            Optional<LayoutIndex.Entry> found =
                    one(name, entry -> isCalled(entry, reference.get())).or(() -> abbreviated(reference.get(), name));
            if (found.isPresent()) {
                return found.get();
            }
        }
        var digits = HEX.matcher(name);
        if (digits.matches()) {
            return withDigits(digits.group(1)).orElseThrow(() -> none(name));
        }
        throw none(name);
    }

    private Optional<LayoutIndex.Entry> abbreviated(Reference reference, String name) {
        return one(
                name, entry -> entry.reference().filter(reference::abbreviates).isPresent());
    }

    private Optional<LayoutIndex.Entry> one(String name, Predicate<LayoutIndex.Entry> condition) {
        List<LayoutIndex.Entry> found = entries.stream().filter(condition).toList();
        if (found.stream().map(entry -> entry.descriptor().digest()).distinct().count() > 1) {
            String names = found.stream()
                    .map(entry -> entry.reference().map(Reference::toString).orElse("?"))
                    .collect(Collectors.joining(", "));
            throw new IllegalArgumentException("%s may be one of %s".formatted(name, names));
        }
        return found.stream().findFirst();
    }

    /** Whether the image has this name; a digest without a tag is enough of a name. */
    static boolean isCalled(LayoutIndex.Entry entry, Reference reference) {
        return entry.reference()
                .filter(own -> own.name().equals(reference.name())
                        && (reference.tag().isEmpty() || own.tag().equals(reference.tag()))
                        && (reference.digest() == null
                                || reference.digest().equals(entry.descriptor().digest())))
                .isPresent();
    }

    private Optional<LayoutIndex.Entry> withDigits(String digits) throws IOException {
        List<LayoutIndex.Entry> found = new ArrayList<>();
        for (LayoutIndex.Entry entry : entries) {
            if (digests(entry).stream().anyMatch(digest -> digest.hex().startsWith(digits))) {
                found.add(entry);
            }
        }
        return one(digits, found::contains);
    }

    private List<Digest> digests(LayoutIndex.Entry entry) throws IOException {
        List<Digest> digests = new ArrayList<>();
        digests.add(entry.descriptor().digest());
        for (ImageParts image :
                ImageTree.asFarAsSound(entry.descriptor(), blobs).images()) {
            digests.add(image.descriptor().digest());
            digests.add(image.manifest().config().digest());
        }
        return digests;
    }

    /** Takes the name from the image that is meant, or all its names if digits stand for it. */
    Removed remove(String name, boolean force, LayoutIndex index) {
        try {
            LayoutIndex.Entry meant = one(name);
            List<LayoutIndex.Entry> same = entries.stream()
                    .filter(entry -> entry.descriptor()
                            .digest()
                            .equals(meant.descriptor().digest()))
                    .toList();
            boolean byName = meant.reference()
                    .filter(own -> Reference.tryParse(name)
                            .filter(given -> isCalled(meant, given) || given.abbreviates(own))
                            .isPresent())
                    .isPresent();
            List<LayoutIndex.Entry> doomed = byName ? List.of(meant) : same;
            if (doomed.size() > 1 && !force) {
                throw new IllegalArgumentException("%s has several names: %s"
                        .formatted(
                                name,
                                doomed.stream()
                                        .flatMap(entry -> entry.reference().stream())
                                        .map(Reference::toString)
                                        .collect(Collectors.joining(", "))));
            }
            doomed.forEach(index::remove);
            return new Removed(
                    doomed.stream().flatMap(entry -> entry.reference().stream()).toList(),
                    doomed.size() == same.size());
        } catch (IOException e) {
            throw new HostFileException("cannot read an image: " + e.getMessage(), e);
        }
    }

    static NotFoundException none(String name) {
        return new NotFoundException(NotFoundException.Kind.IMAGE, name);
    }
}

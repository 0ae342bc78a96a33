package io.carrel.images;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.images.layers.Digest;
import io.carrel.linux.RefusedContentException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an image says about itself: how containers are started, and how it came to be. Immutable, so safe for use
 * by several threads.
 *
 * @param platform what it runs on
 * @param created when it was made; null if it does not say
 * @param author by whom; empty if it does not say
 * @param defaults how containers are started
 * @param diffIds the digests of the layers without compression, lowest first
 * @param history how it came to be, from the beginning; may be empty
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image configuration</a>
 */
public record ImageConfig(
        Platform platform,
        @Nullable Instant created,
        String author,
        ImageDefaults defaults,
        List<Digest> diffIds,
        List<HistoryEntry> history) {

    private static final int MOST_HISTORY = 10_000;

    /** Copies the lists. */
    public ImageConfig {
        requireNonNull(platform, "platform");
        requireNonNull(author, "author");
        requireNonNull(defaults, "defaults");
        diffIds = ImmutableList.copyOf(diffIds);
        history = ImmutableList.copyOf(history);
    }

    /**
     * Reads the configuration of an OCI or a Docker image, which differ in nothing that matters here.
     *
     * @param source what messages call the document
     * @throws RefusedContentException if the document is something else
     */
    public static ImageConfig parse(byte[] document, String source) {
        Json json = Json.parse(document, source);
        Json rootfs = json.at("rootfs");
        if (rootfs.isMissing()) {
            throw rootfs.refuse("it is missing, so this is not the configuration of an image");
        }
        return new ImageConfig(
                platform(json),
                Timestamps.parse(json.at("created")),
                json.at("author").textOrEmpty(),
                ImageDefaults.parse(json.at("config")),
                rootfs.at("diff_ids").items(Manifest.MOST_LAYERS).stream()
                        .map(Descriptor::digest)
                        .toList(),
                json.at("history").items(MOST_HISTORY).stream()
                        .map(HistoryEntry::parse)
                        .toList());
    }

    /** Very old images do not name their platform; they are for what there was then. */
    private static Platform platform(Json json) {
        String os = json.at("os").optionalText().orElse("linux");
        String architecture = json.at("architecture").optionalText().orElse("amd64");
        try {
            return new Platform(os, architecture, json.at("variant").textOrEmpty());
        } catch (IllegalArgumentException e) {
            throw json.refuse(String.valueOf(e.getMessage()), e);
        }
    }

    /** Writes it as a JSON document, which {@link #parse} reads. */
    public byte[] format() {
        return ConfigWriter.format(this);
    }

    /** Returns the same with other defaults. */
    public ImageConfig with(UnaryOperator<ImageDefaults> change) {
        return new ImageConfig(platform, created, author, change.apply(defaults), diffIds, history);
    }

    /** With one more layer on top. */
    ImageConfig withLayer(Digest diffId, HistoryEntry step) {
        return new ImageConfig(
                platform,
                step.created(),
                step.author().isEmpty() ? author : step.author(),
                defaults,
                ImmutableList.<Digest>builder().addAll(diffIds).add(diffId).build(),
                ImmutableList.<HistoryEntry>builder().addAll(history).add(step).build());
    }

    /** Returns the program and its first arguments; may be empty. */
    public List<String> entrypoint() {
        return defaults.entrypoint();
    }

    /** Returns further arguments, or all of the command if there is no entrypoint. */
    public List<String> command() {
        return defaults.command();
    }

    /** Returns the variables, each as {@code NAME=VALUE}. */
    public List<String> environment() {
        return defaults.environment();
    }

    /** Returns who runs the command; empty for root. */
    public String user() {
        return defaults.user();
    }

    /** Returns where the command runs; empty for {@code /}. */
    public String workingDirectory() {
        return defaults.workingDirectory();
    }

    /** Returns the paths whose content is to outlive the container. */
    public Set<String> volumes() {
        return defaults.volumes();
    }

    /** Returns the ports, each as {@code 80/tcp}. */
    public Set<String> exposedPorts() {
        return defaults.exposedPorts();
    }

    /** Returns anything else, by name. */
    public Map<String, String> labels() {
        return defaults.labels();
    }

    /** Returns the signal that stops a container; empty for {@code SIGTERM}. */
    public String stopSignal() {
        return defaults.stopSignal();
    }
}

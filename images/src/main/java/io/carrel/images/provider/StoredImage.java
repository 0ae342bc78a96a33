package io.carrel.images.provider;

import io.carrel.fs.spi.RootHealthCheck;
import io.carrel.fs.spi.RootImage;
import io.carrel.images.Image;
import io.carrel.images.ImageHealthCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An image of a storage, as a container's root. */
record StoredImage(Image image) implements RootImage {

    @Override
    public String digest() {
        return image.digest().toString();
    }

    @Override
    public List<Path> layers() {
        return image.layers();
    }

    @Override
    public Runnable lease() {
        return image.lease()::close;
    }

    @Override
    public void keepFor(Path changes) {
        image.keepFor(changes);
    }

    @Override
    public List<String> entrypoint() {
        return image.config().entrypoint();
    }

    @Override
    public List<String> command() {
        return image.config().command();
    }

    @Override
    public List<String> environment() {
        return image.config().environment();
    }

    @Override
    public String user() {
        return image.config().user();
    }

    @Override
    public String workingDirectory() {
        return image.config().workingDirectory();
    }

    @Override
    public Set<String> volumes() {
        return image.config().volumes();
    }

    @Override
    public String stopSignal() {
        return image.config().stopSignal();
    }

    @Override
    public Optional<RootHealthCheck> healthCheck() {
        return image.config().defaults().healthCheck().map(StoredImage::check);
    }

    private static RootHealthCheck check(ImageHealthCheck own) {
        return new RootHealthCheck(
                own.test(), own.interval(), own.timeout(), own.startPeriod(), own.startInterval(), own.retries());
    }

    @Override
    public String toString() {
        return image.toString();
    }
}

package io.carrel.testing;

import io.carrel.fs.Storage;
import io.carrel.images.ImageStore;
import java.io.IOException;
import java.nio.file.Path;

/** Images that {@code ci/debian/image} makes, in a storage of a test's own. */
public final class LoadedImages {

    private LoadedImages() {}

    /** Loads what a system property names into a directory. */
    public static Storage in(Path directory, String property) {
        Storage storage = new Storage(directory.resolve("storage"));
        ImageStore.open(storage).load(Path.of(System.getProperty(property, "")));
        return storage;
    }

    /** Removes all; JUnit would warn of each link that leads elsewhere. */
    public static void remove(Path directory) throws IOException, InterruptedException {
        Outside.run("sh", "-c", "chmod -R u+rwX " + directory + " && rm -rf " + directory + "/*");
    }
}

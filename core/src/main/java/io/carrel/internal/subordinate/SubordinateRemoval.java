package io.carrel.internal.subordinate;

import io.carrel.fs.internal.Remover;
import java.io.IOException;
import java.nio.file.Path;

/** {@link Removal} for those who cannot know of containers. */
public final class SubordinateRemoval implements Remover {

    @Override
    public void remove(Path directory) throws IOException {
        Removal.remove(directory);
    }
}

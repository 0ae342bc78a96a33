package io.carrel.images;

import com.google.common.base.Joiner;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/** Takes images out of a store, which keeps them: nothing of them is removed meanwhile. */
record ImageExport(StoreLayout layout, SaveFormat format, LongConsumer progress) {

    private interface Writing {
        void run(ImageSaver saver) throws IOException;
    }

    void to(Path target, List<Image> images) {
        save("to " + target, images, saver -> saver.to(target, images));
    }

    void to(OutputStream out, List<Image> images) {
        save("as an archive", images, saver -> saver.to(out, images));
    }

    private void save(String how, List<Image> images, Writing writing) {
        layout.reading(() -> {
            try {
                writing.run(new ImageSaver(layout.content(), format, progress));
            } catch (IOException e) {
                throw new HostFileException(
                        "cannot save %s %s: %s".formatted(Joiner.on(" and ").join(images), how, e.getMessage()), e);
            }
            return images;
        });
    }
}

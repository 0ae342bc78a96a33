package io.carrel.cli;

import io.carrel.images.ImageStore;
import io.carrel.images.Reference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code carrel tag}: one more name for an image. */
@Command(
        name = "tag",
        description = {"Gives an image one more name.", "", "The name is taken from the image that has it now.", ""})
final class TagCommand implements Runnable {

    @Parameters(index = "0", paramLabel = "IMAGE", description = "A name or an id.")
    private String image = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The new name, NAME or NAME:TAG.")
    private String name = "";

    @Override
    public void run() {
        ImageStore store = Images.store();
        store.tag(store.image(image), Reference.parse(name));
    }
}

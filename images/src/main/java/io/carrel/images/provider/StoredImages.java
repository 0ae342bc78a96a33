package io.carrel.images.provider;

import io.carrel.fs.ImageRoot;
import io.carrel.fs.spi.RootImage;
import io.carrel.fs.spi.RootImages;
import io.carrel.images.ImageStore;

/** The images of a storage. */
public final class StoredImages implements RootImages {

    @Override
    public RootImage find(ImageRoot root) {
        return new StoredImage(ImageStore.open(root.storage()).image(root.reference()));
    }
}

package io.carrel.internal.files;

import io.carrel.fs.spi.RootImage;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.Signal;

/** The number of the signal that an image wants to be stopped by, as builders write it: a number or a name. */
final class StopSignal {

    private StopSignal() {}

    static int of(RootImage image) {
        String text = image.stopSignal();
        return text.isEmpty()
                ? Signal.TERM.number()
                : Signal.numberOf(text)
                        .orElseThrow(() -> new RefusedContentException(
                                image.toString(), "StopSignal", "\"" + text + "\" is no signal", null));
    }
}

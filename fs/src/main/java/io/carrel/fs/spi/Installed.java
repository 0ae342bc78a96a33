package io.carrel.fs.spi;

import io.carrel.linux.UnsupportedFeatureException;
import java.util.ServiceLoader;

/** Finds what the module for images brings. */
final class Installed {

    private Installed() {}

    static <T> T find(Class<T> service, String feature) {
        return ServiceLoader.load(service, service.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new UnsupportedFeatureException(
                        feature,
                        "io.carrel:carrel-images is neither on the class path nor on the module path. Add it to the program's"
                                + " dependencies"));
    }
}

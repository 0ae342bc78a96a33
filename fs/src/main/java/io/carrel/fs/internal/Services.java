package io.carrel.fs.internal;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * What modules above bring, which this one cannot name. To look for it reads each jar, so whoever asks often keeps the
 * answer.
 */
public final class Services {

    private Services() {}

    /** Finds the first that there is. */
    public static <T> Optional<T> find(Class<T> service) {
        return ServiceLoader.load(service, service.getClassLoader()).findFirst();
    }
}

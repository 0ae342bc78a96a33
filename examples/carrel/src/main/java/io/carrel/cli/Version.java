package io.carrel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Carrel's version, as the build has written it down. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"carrel " + number()};
    }

    static String number() {
        Properties properties = new Properties();
        try (InputStream file = Version.class.getResourceAsStream("carrel.properties")) {
            properties.load(Objects.requireNonNull(file, "carrel.properties"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the version in carrel's own jar", e);
        }
        return properties.getProperty("version");
    }
}

package io.carrel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Carrel's version, as the build has written it down. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream file = Version.class.getResourceAsStream("carrel.properties")) {
            properties.load(Objects.requireNonNull(file, "carrel.properties"));
        }
        return new String[] {"carrel " + properties.getProperty("version")};
    }
}

package io.carrel.netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a new network namespace, below {@code /proc/sys/net}. The file is of the namespace of the thread that
 * opens it.
 */
final class NewNamespaceSettings {

    private static final Logger LOG = LoggerFactory.getLogger(NewNamespaceSettings.class);
    private static final Path ROOT = Path.of("/proc/sys/net");

    private NewNamespaceSettings() {}

    /** Lets everybody listen at any port, and ping, in a network in which there is nothing to protect yet. */
    static void serveEverybody() {
        setWherePossible("ipv4/ip_unprivileged_port_start", "0");
        setWherePossible("ipv4/ping_group_range", "0 2147483647");
    }

    private static void setWherePossible(String name, String value) {
        try {
            Files.writeString(ROOT.resolve(name), value);
        } catch (IOException e) {
            LOG.debug("net.{} cannot be set to {}", name, value, e);
        }
    }
}

package io.carrel.cgroups.internal.systemd;

import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where systemd listens: an ordinary user has a manager of his own. */
public final class Buses {

    private static final String PATH = "unix:path=";
    private static final String SYSTEM = "/run/dbus/system_bus_socket";

    private Buses() {}

    /** The address of this user's bus, empty if there is none. */
    public static Optional<String> current() {
        int user = user();
        Map<String, String> environment = System.getenv();
        String named = user == 0 ? "DBUS_SYSTEM_BUS_ADDRESS" : "DBUS_SESSION_BUS_ADDRESS";
        String directory = environment.getOrDefault("XDG_RUNTIME_DIR", "/run/user/" + user);
        Path usual = Path.of(user == 0 ? SYSTEM : directory + "/bus");
        return Optional.of(environment.getOrDefault(named, PATH + usual)).filter(Buses::isThere);
    }

    /** Who connects to a socket that is not there would try for a while. What has no path is seen by trying. */
    private static boolean isThere(String address) {
        return !address.startsWith(PATH)
                || Files.exists(Path.of(address.substring(PATH.length()).split("[,;]", 2)[0]));
    }

    private static int user() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new HostFileException("Cannot find out which user this is", e);
        }
    }
}

package io.carrel.cgroups.systemd;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.systemd.AuxiliaryUnit;
import io.carrel.cgroups.internal.systemd.Manager;
import io.carrel.cgroups.internal.systemd.UnitProperty;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.types.UInt32;

/**
 * What systemd does of it, on a real bus and with real groups of v2: makes the group, marks it as delegated, moves the
 * processes, and says so to whoever has subscribed. It is not systemd.
 */
public final class TestManager implements Manager, AutoCloseable {

    private final DBusConnection bus;
    private final Path parent;
    private final Function<String, String> result;
    private volatile boolean subscribed;

    /**
     * Serves a bus.
     *
     * @param result how the job for a unit ends
     */
    public TestManager(String address, Path parent, Function<String, String> result) throws DBusException {
        this.parent = parent;
        this.result = result;
        bus = DBusConnectionBuilder.forAddress(address).withShared(false).build();
        bus.requestBusName("org.freedesktop.systemd1");
        bus.exportObject(getObjectPath(), this);
    }

    @Override
    public String getObjectPath() {
        return "/org/freedesktop/systemd1";
    }

    @Override
    public void subscribe() {
        subscribed = true;
    }

    @Override
    public DBusPath startTransientUnit(
            String name, String mode, List<UnitProperty> properties, List<AuxiliaryUnit> auxiliary) {
        Map<String, Object> values = properties.stream()
                .collect(Collectors.toMap(property -> property.name, property -> property.value.getValue()));
        DBusPath job = new DBusPath("/org/freedesktop/systemd1/job/7");
        try {
            if (result.apply(name).equals("done")) {
                make(parent.resolve(name), values);
            }
            // Jobs of others end, too.
            end(new DBusPath("/org/freedesktop/systemd1/job/6"), "other.service", "failed");
            end(job, name, result.apply(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DBusException e) {
            throw new IllegalStateException(e);
        }
        return job;
    }

    private static void make(Path group, Map<String, Object> values) throws IOException {
        Files.createDirectory(group);
        if (Boolean.TRUE.equals(values.get("Delegate"))) {
            try (AttributeCalls calls = new AttributeCalls();
                    Descriptor directory = Kernel.open("Cannot test", group.toString(), Fcntl.O_DIRECTORY)) {
                calls.set(directory, "trusted.delegate", "1".getBytes(StandardCharsets.US_ASCII));
            }
        }
        for (Object pid : (List<?>) values.getOrDefault("PIDs", List.of())) {
            GroupFile.write("Cannot test", group.resolve("cgroup.procs"), pid.toString());
        }
    }

    private void end(DBusPath job, String unit, String how) throws DBusException {
        if (subscribed) {
            bus.sendMessage(new JobRemoved(getObjectPath(), new UInt32(7), job, unit, how));
        }
    }

    @Override
    public void close() throws IOException {
        bus.close();
    }
}

package io.carrel.cgroups.internal.systemd;

import io.carrel.linux.UnsupportedFeatureException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.exceptions.DBusExecutionException;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/** A scope: a group that systemd makes for processes that are there already, and gives away. */
public final class Scope {

    private static final String SERVICE = "org.freedesktop.systemd1";
    private static final String OBJECT = "/org/freedesktop/systemd1";
    /** Fail if there is such a unit. */
    private static final String MODE = "fail";

    private static final String DONE = "done";

    private Scope() {}

    /**
     * Has systemd move a process into a new scope that is delegated, and waits until that has happened.
     *
     * @param address of the bus
     * @param unit the scope's name, with its suffix
     * @throws UnsupportedFeatureException with {@code remedy} if nobody does it
     */
    public static void request(String address, String unit, long pid, Duration patience, String remedy) {
        try (DBusConnection bus =
                DBusConnectionBuilder.forAddress(address).withShared(false).build()) {
            Manager manager = bus.getRemoteObject(SERVICE, OBJECT, Manager.class);
            BlockingQueue<Manager.JobRemoved> ended = new LinkedBlockingQueue<>();
            try (AutoCloseable listening = bus.addSigHandler(Manager.JobRemoved.class, ended::add)) {
                manager.subscribe();
                DBusPath job = manager.startTransientUnit(unit, MODE, properties(pid), List.of());
                String result = await(ended, job, patience);
                if (!result.equals(DONE)) {
                    throw refused("systemd did not make the scope " + unit + ": its job ended with " + result, remedy);
                }
            }
        } catch (DBusException | DBusExecutionException | IOException e) {
            UnsupportedFeatureException refused = refused(
                    "the bus at %s or systemd behind it does not answer as it should: %s".formatted(address, e),
                    remedy);
            refused.addSuppressed(e);
            throw refused;
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused("this thread was interrupted while it waited for systemd", remedy);
        } catch (Exception e) {
            throw new IllegalStateException("Cannot stop listening to systemd", e);
        }
    }

    private static List<UnitProperty> properties(long pid) {
        return List.of(
                new UnitProperty("Description", new Variant<>("A Java program that uses Carrel")),
                new UnitProperty("Delegate", new Variant<>(true)),
                new UnitProperty("PIDs", new Variant<>(new UInt32[] {new UInt32(pid)}, "au")));
    }

    /** Jobs of others end, too. */
    private static String await(BlockingQueue<Manager.JobRemoved> ended, DBusPath job, Duration patience)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(patience);
        while (true) {
            Manager.JobRemoved next = ended.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return "nothing within " + patience;
            }
            if (next.job().getPath().equals(job.getPath())) {
                return next.result();
            }
        }
    }

    private static UnsupportedFeatureException refused(String reason, String remedy) {
        return new UnsupportedFeatureException("delegated scope of systemd", reason + ". " + remedy);
    }
}

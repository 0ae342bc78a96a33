package io.carrel.cgroups.internal.systemd;

import java.util.List;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.annotations.DBusMemberName;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;

/**
 * What Carrel uses of systemd's manager.
 *
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html">org.freedesktop.systemd1</a>
 */
@DBusInterfaceName("org.freedesktop.systemd1.Manager")
public interface Manager extends DBusInterface {

    /** Has the manager send signals, which it does only if somebody wants them. */
    @DBusMemberName("Subscribe")
    void subscribe();

    /** Starts a unit that no file describes. Returns the job, which ends with {@link JobRemoved}. */
    @DBusMemberName("StartTransientUnit")
    DBusPath startTransientUnit(String name, String mode, List<UnitProperty> properties, List<AuxiliaryUnit> auxiliary);

    /** A job has ended. */
    class JobRemoved extends DBusSignal {

        private final DBusPath job;
        private final String result;

        /** As the library makes it from a message, and who sends it. */
        public JobRemoved(String path, UInt32 id, DBusPath job, String unit, String result) throws DBusException {
            super(path, id, job, unit, result);
            this.job = job;
            this.result = result;
        }

        /** Which. */
        public DBusPath job() {
            return job;
        }

        /** How: {@code done}, or for example {@code failed}. */
        public String result() {
            return result;
        }
    }
}

/** Control groups v1, v2 and hybrid: limits, metering, events, freezer, devices. */
@org.jspecify.annotations.NullMarked
module io.carrel.cgroups {
    requires com.google.common;
    requires transitive io.carrel.linux;
    requires org.slf4j;
    requires static org.freedesktop.dbus;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.carrel.cgroups;
    exports io.carrel.cgroups.limits;
    exports io.carrel.cgroups.usage;

    opens io.carrel.cgroups.internal.systemd to
            org.freedesktop.dbus;
}

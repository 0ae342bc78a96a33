package io.carrel.cgroups.internal.systemd;

import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.annotations.Position;
import org.freedesktop.dbus.types.Variant;

/** A setting of a unit: {@code (sv)}. */
public final class UnitProperty extends Struct {

    @Position(0)
    public final String name;

    @Position(1)
    public final Variant<?> value;

    /** With these fields. */
    public UnitProperty(String name, Variant<?> value) {
        this.name = name;
        this.value = value;
    }
}

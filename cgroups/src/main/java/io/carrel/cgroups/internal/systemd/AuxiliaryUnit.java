package io.carrel.cgroups.internal.systemd;

import java.util.List;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.annotations.Position;

/** A unit that is made together with another: {@code (sa(sv))}. Carrel needs none, but the call has a list of them. */
public final class AuxiliaryUnit extends Struct {

    @Position(0)
    public final String name;

    @Position(1)
    public final List<UnitProperty> properties;

    /** With these fields. */
    public AuxiliaryUnit(String name, List<UnitProperty> properties) {
        this.name = name;
        this.properties = properties;
    }
}

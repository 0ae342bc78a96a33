package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.NetClass;
import java.util.List;
import java.util.function.Consumer;

/** The traffic class of packets, on v1 alone. */
final class NetClassFiles implements ControllerFiles {

    private static final String CLASS = "net_cls.classid";

    @Override
    public Controller controller() {
        return Controller.NET_CLS;
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        if (version == CgroupVersion.V2) {
            throw Versions.onlyV1(CLASS);
        }
        return List.of(Setting.of(controller(), CLASS, Long.toString(((NetClass) limit).id())));
    }

    @Override
    public void read(Placement group, Consumer<Limit> found) {
        GroupFile.parseIfThere(group.file(CLASS), FlatFile::number)
                .filter(id -> id != 0)
                .ifPresent(id -> found.accept(new NetClass(id)));
    }
}

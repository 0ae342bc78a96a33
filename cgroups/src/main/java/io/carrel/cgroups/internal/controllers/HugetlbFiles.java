package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.HugetlbMax;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Huge pages: a file for each of their sizes. */
final class HugetlbFiles implements ControllerFiles {

    private static final Pattern NAME = Pattern.compile("hugetlb\\.([^.]+)\\.(max|limit_in_bytes)");

    private static NumberFile file(String pageSize) {
        String start = "hugetlb." + pageSize;
        return NumberFile.of(Controller.HUGETLB, start + ".max", start + ".limit_in_bytes", Long.MAX_VALUE);
    }

    @Override
    public Controller controller() {
        return Controller.HUGETLB;
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        HugetlbMax max = (HugetlbMax) limit;
        return List.of(file(max.pageSize()).setting(version, max.amount().value()));
    }

    @Override
    public void read(Placement group, Consumer<Limit> found) {
        for (String name : GroupFile.names(group.directory())) {
            Matcher size = NAME.matcher(name);
            if (size.matches()) {
                String pageSize = size.toMatchResult().group(1);
                file(pageSize).limit(group).ifPresent(most -> found.accept(new HugetlbMax(pageSize, Bytes.of(most))));
            }
        }
    }
}

/** Containers: the builder, the plan, the launch, the running process and its result. */
@org.jspecify.annotations.NullMarked
module io.carrel {
    requires com.google.common;
    requires transitive io.carrel.cgroups;
    requires transitive io.carrel.fs;
    requires transitive io.carrel.linux;
    requires transitive io.carrel.namespaces;
    requires transitive io.carrel.netns;
    requires org.slf4j;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.carrel;
    exports io.carrel.containers;
    exports io.carrel.health;
    exports io.carrel.outcome;

    provides io.carrel.fs.internal.Copier with
            io.carrel.internal.subordinate.SubordinateCopy;
    provides io.carrel.fs.internal.Remover with
            io.carrel.internal.subordinate.SubordinateRemoval;
}

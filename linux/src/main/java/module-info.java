/**
 * The one door to the kernel: system calls, descriptors, errors, system-call programs and the launcher that runs them.
 */
@org.jspecify.annotations.NullMarked
module io.carrel.linux {
    requires com.google.common;
    requires com.sun.jna;
    requires org.slf4j;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.carrel.linux;
    exports io.carrel.linux.binding to
            io.carrel,
            io.carrel.cgroups,
            io.carrel.fs,
            io.carrel.images,
            io.carrel.namespaces,
            io.carrel.netns;
    exports io.carrel.linux.bpf to
            io.carrel,
            io.carrel.cgroups,
            io.carrel.fs,
            io.carrel.namespaces,
            io.carrel.netns;
    exports io.carrel.linux.launch to
            io.carrel,
            io.carrel.cgroups,
            io.carrel.fs,
            io.carrel.namespaces,
            io.carrel.netns;
    exports io.carrel.linux.log to
            io.carrel;
    exports io.carrel.linux.program to
            io.carrel,
            io.carrel.cgroups,
            io.carrel.fs,
            io.carrel.namespaces,
            io.carrel.netns;
    exports io.carrel.linux.uapi to
            io.carrel,
            io.carrel.cgroups,
            io.carrel.fs,
            io.carrel.images,
            io.carrel.namespaces,
            io.carrel.netns;

    opens io.carrel.linux.binding to
            com.sun.jna;
}

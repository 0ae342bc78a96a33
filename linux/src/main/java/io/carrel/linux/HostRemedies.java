package io.carrel.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Remedies that depend on how the host is set up, which is looked at when an error has happened. */
final class HostRemedies {

    private HostRemedies() {}

    /** Where AppArmor restricts user namespaces they can be made, but nothing be done in them. */
    private static Optional<String> appArmor() {
        return sysctl("kernel/apparmor_restrict_unprivileged_userns").equals("1")
                ? Optional.of("AppArmor restricts user namespaces on this host (Ubuntu 23.10 and newer). Allow them for"
                        + " the java program by an AppArmor profile with \"userns,\", or for all by"
                        + " sysctl kernel.apparmor_restrict_unprivileged_userns=0.")
                : Optional.empty();
    }

    static String idsForbidden() {
        return appArmor()
                .orElse(
                        "Only ids that this process may use can be mapped: its own, or a range that newuidmap grants from"
                                + " /etc/subuid and /etc/subgid.");
    }

    static String userNamespaceForbidden() {
        Optional<String> appArmor = appArmor();
        if (appArmor.isPresent()) {
            return appArmor.get();
        }
        if (sysctl("kernel/unprivileged_userns_clone").equals("0")) {
            return "This host forbids user namespaces to ordinary users. Allow them by"
                    + " sysctl kernel.unprivileged_userns_clone=1.";
        }
        return "User namespaces are forbidden here, most likely by the seccomp filter of an outer container"
                + " (docker: --security-opt seccomp=unconfined) or because the JVM runs in a chroot.";
    }

    static String namespaceLimit() {
        for (String kind : List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")) {
            if (sysctl("user/max_" + kind + "_namespaces").equals("0")) {
                return "This host allows no %1$s namespaces: user.max_%1$s_namespaces is 0. Allow them by sysctl user.max_%1$s_namespaces=65536."
                        .formatted(kind);
            }
        }
        return "The limit on namespaces is reached: see the files /proc/sys/user/max_*_namespaces, each counted per"
                + " user and per level of user namespaces.";
    }

    private static String sysctl(String name) {
        try {
            return KernelFile.read(Path.of("/proc/sys", name)).strip();
        } catch (IOException absent) {
            return "";
        }
    }
}

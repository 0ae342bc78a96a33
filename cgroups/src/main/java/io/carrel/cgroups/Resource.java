package io.carrel.cgroups;

/** What processes may have to wait for, as the kernel measures it. See Documentation/accounting/psi.rst. */
public enum Resource {
    /** Time on a CPU. */
    CPU("cpu.pressure"),
    /** Memory that has to be freed first. */
    MEMORY("memory.pressure"),
    /** Block devices. */
    IO("io.pressure");

    private final String file;

    Resource(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }
}

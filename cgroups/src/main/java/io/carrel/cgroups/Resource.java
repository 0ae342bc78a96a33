package io.carrel.cgroups;

/** What processes may have to wait for, and the kernel tells how long. */
public enum Resource {
    CPU("cpu.pressure"),
    MEMORY("memory.pressure"),
    IO("io.pressure");

    private final String file;

    Resource(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }
}

package io.carrel.linux;

/** The processors that Carrel generates code for. */
public enum Processor {
    /** AMD64 and Intel 64. */
    X86_64(62),
    /** Arm, 64 bit. */
    AARCH64(183);

    private final int elfMachine;

    Processor(int elfMachine) {
        this.elfMachine = elfMachine;
    }

    /** The number of this processor in an ELF header's {@code e_machine}. */
    public int elfMachine() {
        return elfMachine;
    }

    /**
     * The processor this JVM runs on.
     *
     * @throws UnsupportedFeatureException on any other processor
     */
    public static Processor current() {
        String name = System.getProperty("os.arch", "");
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default ->
                throw new UnsupportedFeatureException(
                        "launcher for processor " + name, "Carrel runs on x86-64 and aarch64.");
        };
    }
}

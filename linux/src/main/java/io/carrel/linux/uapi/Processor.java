package io.carrel.linux.uapi;

import java.util.Optional;

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

    /** Returns the number of this processor in an ELF header's {@code e_machine}. */
    public int elfMachine() {
        return elfMachine;
    }

    /** Returns the processor this JVM runs on; empty if Carrel has no code for it. */
    public static Optional<Processor> find() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64", "arm64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    /**
     * Returns the processor this JVM runs on.
     *
     * @throws UnsupportedOperationException if Carrel has no code for it
     */
    public static Processor current() {
        return find().orElseThrow(() -> new UnsupportedOperationException(
                "Carrel runs on x86-64 and aarch64, and this is " + System.getProperty("os.arch")));
    }
}

package io.carrel.linux.program;

import io.carrel.linux.uapi.Processor;
import io.carrel.testing.NeedsProgram;
import org.junit.jupiter.api.Tag;

@NeedsProgram(value = "qemu-aarch64-static", exceptOn = Processor.AARCH64)
@Tag("long")
class Aarch64InterpreterTest extends InterpreterContract {
    Aarch64InterpreterTest() {
        super(Processor.AARCH64);
    }
}

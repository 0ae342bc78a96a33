package io.carrel.linux.program;

import io.carrel.linux.uapi.Processor;
import io.carrel.testing.NeedsProgram;

@NeedsProgram(value = "qemu-x86_64-static", exceptOn = Processor.X86_64)
class X64InterpreterTest extends InterpreterContract {
    X64InterpreterTest() {
        super(Processor.X86_64);
    }
}

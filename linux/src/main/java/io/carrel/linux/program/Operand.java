package io.carrel.linux.program;

import io.carrel.linux.uapi.Constant;

/** An argument of an instruction. */
public sealed interface Operand permits Operand.Number, Operand.Address, Operand.Result, ArgumentAddress {

    /** The number, flag or address that is known when the program is made. */
    record Number(Constant constant) implements Operand {
        @Override
        public String toString() {
            return constant.name();
        }
    }

    /** The address of a byte in the program's data. */
    record Address(Data data, int offset) implements Operand {
        @Override
        public String toString() {
            return offset == 0 ? data.toString() : data + "+" + offset;
        }
    }

    /** What an earlier instruction returned; it is stored into this argument while the program runs. */
    final class Result implements Operand {
        private final String name;

        Result(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Returns what an instruction will return that is not there yet: another process executes it. */
    static Result expected(String name) {
        return new Result(name);
    }

    /** Returns a number. */
    static Operand of(long value) {
        return new Number(Constant.of(value));
    }

    /** Returns a constant of the kernel's interface. */
    static Operand of(Constant constant) {
        return new Number(constant);
    }

    /** Returns the address of a NUL-terminated string. */
    static Operand text(String text) {
        return Data.text(text).address();
    }

    /** Returns a null pointer. */
    static Operand none() {
        return new Number(new Constant("NULL", 0));
    }
}

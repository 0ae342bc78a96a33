package io.carrel.linux.program;

/** The address of an instruction's argument: where a result lies that is copied to further places. */
record ArgumentAddress(int instruction, int argument) implements Operand {
    @Override
    public String toString() {
        return "argument %d of %d".formatted(argument, instruction);
    }
}

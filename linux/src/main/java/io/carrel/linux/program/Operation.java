package io.carrel.linux.program;

import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Syscall;

/** What an instruction does. */
sealed interface Operation {

    /** The number that stands in an instruction's first word. */
    long encode(Processor processor);

    /** A system call. */
    record Call(Syscall syscall) implements Operation {
        @Override
        public long encode(Processor processor) {
            return syscall.number(processor);
        }
    }

    /**
     * The control instructions. Each takes the word at its first argument's address and its second argument. To copy is
     * to add zero; to compare is to subtract, or to add the negative of
     * a number, and branch on the sign.
     */
    enum Control implements Operation {
        ADD(-1),
        AND(-2),
        SHIFT_RIGHT(-3),
        SUBTRACT(-4);

        private final int code;

        Control(int code) {
            this.code = code;
        }

        @Override
        public long encode(Processor processor) {
            return code;
        }
    }

    /** An operation that no kernel knows. It fails with ENOSYS; tests let each step of a program fail by it. */
    record Unknown() implements Operation {
        @Override
        public long encode(Processor processor) {
            return 0x7ffff;
        }
    }
}

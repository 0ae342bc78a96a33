package io.carrel.linux.program;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Subject;
import io.carrel.linux.program.Instruction.Destination;
import io.carrel.linux.uapi.Syscall;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Composes a {@link SyscallProgram}, instruction after instruction. After a call that fails the program goes to the
 * section's failure label unless the call says otherwise. Not thread-safe.
 */
public final class ProgramBuilder {

    static final String UNKNOWN = "unknown";

    private final Data report = Data.words("report", Report.SIZE / Long.BYTES);
    private final Data zero = Data.words("zero", 1);
    private final List<Call> calls = new ArrayList<>();
    private final Map<Label, Integer> labels = new IdentityHashMap<>();
    private String section = "";
    private @Nullable Label failure;

    /** Sets the process that executes what follows, and where it goes when a call fails. */
    public ProgramBuilder section(String process, Label onFailure) {
        section = process;
        failure = onFailure;
        return this;
    }

    /** Returns the address of a word of the {@link Report}. */
    public Operand.Address report(int offset) {
        return report.at(offset);
    }

    /** Puts the label in front of the next instruction. */
    public void place(Label label) {
        checkState(labels.put(label, calls.size()) == null, "label %s is placed twice", label);
    }

    /**
     * Appends a system call.
     *
     * @param step why, as the end of "Cannot ..."
     */
    public Call call(String step, Syscall syscall, Operand... arguments) {
        return append(step, new Operation.Call(syscall), List.of(arguments));
    }

    /** Appends: {@code destination = word + addend}. The branches follow the sum's sign. */
    public Call add(Operand.Address word, long addend, Operand.Address destination) {
        return control(Operation.Control.ADD, word, addend).storeTo(destination);
    }

    /** Appends: {@code destination = word + value}. The branches follow the sum's sign. */
    public Call add(Operand.Address word, Operand.Result value, Operand.Address destination) {
        return control(Operation.Control.ADD, word, value).storeTo(destination);
    }

    /** Appends: {@code word - value}. The branches follow the difference's sign. */
    public Call compare(Operand.Address word, Operand.Result value) {
        return control(Operation.Control.SUBTRACT, word, value);
    }

    /** Appends: {@code destination = word & mask}. */
    public Call and(Operand.Address word, long mask, Operand.Address destination) {
        return control(Operation.Control.AND, word, mask).storeTo(destination);
    }

    /** Appends: {@code destination = word >>> bits}. */
    public Call shiftRight(Operand.Address word, long bits, Operand.Address destination) {
        return control(Operation.Control.SHIFT_RIGHT, word, bits).storeTo(destination);
    }

    /**
     * Appends a comparison: goes on at {@code label} if the word equals {@code value}, else at the next instruction.
     */
    public void ifEqual(Operand.Address word, long value, Label label) {
        control(Operation.Control.ADD, word, -value).onZero(label);
    }

    /** Appends a comparison: goes on at {@code label} if the word is positive, else at the next instruction. */
    public void ifPositive(Operand.Address word, Label label) {
        control(Operation.Control.ADD, word, 0).onPositive(label);
    }

    /** Appends: {@code destination = value}. */
    public void set(Operand.Address destination, long value) {
        add(zero.address(), value, destination);
    }

    /** Appends a jump. */
    public void go(Label label) {
        control(Operation.Control.ADD, zero.address(), 0)
                .onZero(label)
                .onPositive(label)
                .onFailure(label);
    }

    /** Appends a jump to where this section's calls go when they fail. */
    public void fail() {
        checkState(failure != null, "the section %s has no failure label", section);
        go(failure);
    }

    /** Makes what a word holds an argument of later calls. */
    public Operand.Result load(Operand.Address word, String name) {
        return control(Operation.Control.ADD, word, 0).result(name);
    }

    /** Appends: {@code destination} = the word at a result's address; goes on at {@code ifZero} if that is zero. */
    public void loadAt(Operand.Result address, Operand.Address destination, Label ifZero) {
        control(Operation.Control.ADD, address, 0).storeTo(destination).onZero(ifZero);
    }

    /**
     * Appends a comparison: goes on at {@code label} if the word holds what {@code value} is, else at the next
     * instruction.
     */
    public void ifSame(Operand.Address word, Operand.Result value, Label label) {
        control(Operation.Control.SUBTRACT, word, value).onZero(label);
    }

    private Call control(Operation.Control operation, Operand word, long value) {
        return control(operation, word, Operand.of(value));
    }

    private Call control(Operation.Control operation, Operand word, Operand value) {
        Call call = append("compute", operation, List.of(word, value));
        call.failure = null;
        return call;
    }

    private Call append(String step, Operation operation, List<Operand> arguments) {
        checkArgument(arguments.size() <= 6, "%s has more than six arguments", step);
        Call call = new Call(section, step, operation, arguments, failure);
        calls.add(call);
        return call;
    }

    /**
     * Finishes the program.
     *
     * @throws IllegalStateException if a label was never placed or a result never produced
     */
    public SyscallProgram build() {
        Map<Operand.Result, Call> producers = new IdentityHashMap<>();
        calls.forEach(call -> call.results.forEach(result -> producers.put(result, call)));
        List<List<Target>> targets = targets(producers);
        int[] start = new int[calls.size() + 1];
        for (int i = 0; i < calls.size(); i++) {
            start[i + 1] = start[i] + Math.max(1, targets.get(i).size());
        }
        List<Instruction> instructions = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            emit(calls.get(i), targets.get(i), start, i, instructions);
        }
        return new SyscallProgram(instructions, report);
    }

    /** An argument of a call, or a word, that a result goes to. */
    private record Target(@Nullable Integer call, int argument, Operand.@Nullable Address word) {}

    private List<List<Target>> targets(Map<Operand.Result, Call> producers) {
        Map<Call, List<Target>> targets = new IdentityHashMap<>();
        for (Call call : calls) {
            List<Target> own = new ArrayList<>();
            call.words.forEach(word -> own.add(new Target(null, 0, word)));
            targets.put(call, own);
        }
        for (int i = 0; i < calls.size(); i++) {
            List<Operand> arguments = calls.get(i).arguments;
            for (int j = 0; j < arguments.size(); j++) {
                if (arguments.get(j) instanceof Operand.Result result) {
                    Call producer = producers.get(result);
                    checkState(producer != null, "nothing produces %s", result);
                    requireNonNull(targets.get(producer)).add(new Target(i, j, null));
                }
            }
        }
        return calls.stream().map(call -> requireNonNull(targets.get(call))).toList();
    }

    /**
     * One instruction for the call, and one that copies its result for each target after the first. The last of them
     * branches to where a positive result goes; a copy has the sign of the original.
     */
    private void emit(Call call, List<Target> targets, int[] start, int index, List<Instruction> out) {
        int after = start[index + 1];
        int positive = target(call.positive, start, after);
        int copies = targets.size() - 1;
        boolean copied = copies > 0;
        int copy = start[index] + 1;
        out.add(new Instruction(
                new Instruction.Reason(call.section, call.step, call.subject),
                call.operation,
                call.arguments,
                targets.isEmpty() ? new Destination.Nowhere() : destination(targets.get(0), start),
                new Instruction.Branches(
                        copied ? copy : positive,
                        target(call.zero, start, copied ? copy : after),
                        target(call.failure, start, copied ? copy : after)),
                call.tellsOfFailure));
        for (int i = 1; i <= copies; i++) {
            boolean last = i == copies;
            int next = start[index] + i + 1;
            out.add(new Instruction(
                    new Instruction.Reason(call.section, "copy", LinuxSubject.OTHER),
                    Operation.Control.ADD,
                    ImmutableList.of(firstPlace(targets.get(0), start), Operand.of(0)),
                    destination(targets.get(i), start),
                    new Instruction.Branches(last ? positive : next, last ? after : next, last ? after : next),
                    false));
        }
    }

    private static Operand firstPlace(Target target, int[] start) {
        return target.word != null ? target.word : new ArgumentAddress(start[call(target)], target.argument);
    }

    private static Destination destination(Target target, int[] start) {
        return target.word != null
                ? new Destination.Word(target.word)
                : new Destination.Argument(start[call(target)], target.argument);
    }

    private static int call(Target target) {
        checkState(target.call != null, "a target is a word or an argument");
        return target.call;
    }

    private int target(@Nullable Label label, int[] start, int fallThrough) {
        if (label == null) {
            return fallThrough;
        }
        Integer place = labels.get(label);
        checkState(place != null, "label %s is never placed", label);
        checkState(place < calls.size(), "nothing comes after the label %s", label);
        return start[place];
    }

    /** A call being composed: its branches and where its result goes. */
    public static final class Call {

        private final String section;
        private final String step;
        private final Operation operation;
        private final List<Operand> arguments;
        private final List<Operand.Address> words = new ArrayList<>();
        private final List<Operand.Result> results = new ArrayList<>();
        private @Nullable Label positive;
        private @Nullable Label zero;
        private @Nullable Label failure;
        private boolean tellsOfFailure = true;
        private Subject subject = LinuxSubject.OTHER;

        private Call(
                String section, String step, Operation operation, List<Operand> arguments, @Nullable Label failure) {
            this.section = section;
            this.step = step;
            this.operation = operation;
            this.arguments = arguments;
            this.failure = failure;
        }

        /** Says what the call is made for, which decides what is said of its failure. */
        public Call about(Subject what) {
            subject = what;
            return this;
        }

        /** Says where to go after a negative result. */
        public Call onFailure(Label label) {
            failure = label;
            return this;
        }

        /**
         * Takes a negative result for as good as any: goes on with the next instruction, and leaves the report alone.
         */
        public Call ignoreFailure() {
            failure = null;
            tellsOfFailure = false;
            return this;
        }

        /**
         * Says where to go after zero, if not to the next instruction. A result that other calls use must not be lost
         * this way.
         */
        public Call onZero(Label label) {
            zero = label;
            return this;
        }

        /** Says where to go after a positive result, if not to the next instruction. */
        public Call onPositive(Label label) {
            positive = label;
            return this;
        }

        /** Stores the result into a word, too. */
        public Call storeTo(Operand.Address word) {
            words.add(word);
            return this;
        }

        /** Returns the result as an argument for other calls; {@code name} is what listings print. */
        public Operand.Result result(String name) {
            return result(new Operand.Result(name));
        }

        /**
         * Makes the result an argument that calls before this one in the program have already; they come later in time.
         */
        public Operand.Result result(Operand.Result expected) {
            results.add(expected);
            return expected;
        }
    }
}

package io.carrel.linux.program;

import io.carrel.linux.program.Instruction.Destination;
import io.carrel.linux.uapi.Processor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lays a program out in memory and encodes it. What is written while it runs, by the kernel or by instructions, are the
 * variables: the report, two words for what nobody wants to know, words, and the instructions whose arguments are
 * results. All the rest are constants. Every instruction names its successors, so it may lie anywhere.
 *
 * <p>Strings come before the instructions: {@code mount} copies a page from where its options begin, and should not
 * come to the segment's end.
 */
final class ProgramImage {

    /** A result, or an instruction and how it failed. */
    private static final int UNWANTED_SIZE = 2 * Long.BYTES;

    private final List<Instruction> instructions;
    private final Set<Integer> writtenInstructions = new HashSet<>();
    private final Set<Data> writtenData = new HashSet<>();
    private final Map<Data, Long> addresses = new HashMap<>();
    private final Map<String, Data> texts = new HashMap<>();
    private final Set<Data> data = new LinkedHashSet<>();
    private final long[] places;
    private final long unwanted;
    private final long constantsEnd;
    private final long variables;
    private final long variablesEnd;

    ProgramImage(List<Instruction> instructions, Data report) {
        this.instructions = instructions;
        places = new long[instructions.size()];
        collect(report);
        for (Instruction instruction : instructions) {
            instruction.arguments().forEach(this::collect);
            written(instruction.destination());
        }
        constantsEnd = placeInstructions(false, placeData(false, ElfFile.CONSTANTS_ADDRESS));
        variables = ElfFile.variablesAddress(
                (int) (constantsEnd - ElfFile.CONSTANTS_ADDRESS),
                (int) placeInstructions(true, placeData(true, 0)) + UNWANTED_SIZE);
        unwanted = placeInstructions(true, placeData(true, variables));
        variablesEnd = unwanted + UNWANTED_SIZE;
    }

    private void collect(Operand operand) {
        if (operand instanceof Operand.Address address) {
            collect(address.data());
        }
    }

    /** Equal strings share one place. */
    private void collect(Data piece) {
        boolean twin = piece.isText() && texts.putIfAbsent(piece.toString(), piece) != null;
        if (!twin && data.add(piece)) {
            piece.pointers().values().forEach(pointee -> collect(pointee.data()));
        }
    }

    private void written(Destination destination) {
        if (destination instanceof Destination.Word word) {
            collect(word.address());
            writtenData.add(word.address().data());
        } else if (destination instanceof Destination.Argument argument) {
            writtenInstructions.add(argument.instruction());
        }
    }

    private boolean isWritten(Data piece) {
        return piece.isVariable() || writtenData.contains(piece);
    }

    /** Gives addresses to data of one kind, and returns where they end. */
    private long placeData(boolean written, long start) {
        long end = start;
        for (Data piece : data) {
            if (isWritten(piece) == written) {
                long address = piece.isText() ? end : (end + 7) & -8;
                addresses.put(piece, address);
                end = address + piece.size();
            }
        }
        return end;
    }

    private long placeInstructions(boolean written, long start) {
        long end = (start + 7) & -8;
        for (int i = 0; i < places.length; i++) {
            if (writtenInstructions.contains(i) == written) {
                places[i] = end;
                end += Instruction.SIZE;
            }
        }
        return end;
    }

    /** Returns where the instruction lies in memory. */
    long addressOf(int instruction) {
        return places[instruction];
    }

    /** Returns which instruction lies there. */
    OptionalInt instructionAt(long address) {
        return IntStream.range(0, places.length)
                .filter(i -> places[i] == address)
                .findFirst();
    }

    byte[] toElf(Processor processor) {
        byte[] code = switch (processor) {
            case X86_64 -> new X64Interpreter().assemble(places[0]);
            case AARCH64 -> new Aarch64Interpreter().assemble(places[0]);
        };
        return new ElfFile(
                        processor,
                        code,
                        encode(processor, false, ElfFile.CONSTANTS_ADDRESS, constantsEnd),
                        encode(processor, true, variables, variablesEnd))
                .toBytes();
    }

    private byte[] encode(Processor processor, boolean written, long start, long end) {
        ByteBuffer image = ByteBuffer.allocate((int) (end - start)).order(ByteOrder.LITTLE_ENDIAN);
        for (Data piece : data) {
            if (isWritten(piece) == written) {
                int offset = (int) (address(piece) - start);
                image.position(offset);
                image.put(piece.bytes());
                piece.pointers().forEach((at, pointee) -> image.putLong(offset + at, value(pointee)));
            }
        }
        for (int i = 0; i < places.length; i++) {
            if (writtenInstructions.contains(i) == written) {
                image.position((int) (places[i] - start));
                encode(instructions.get(i), processor, image);
            }
        }
        return image.array();
    }

    private void encode(Instruction instruction, Processor processor, ByteBuffer image) {
        image.putLong(instruction.operation().encode(processor));
        for (int i = 0; i < 6; i++) {
            image.putLong(
                    i < instruction.arguments().size()
                            ? value(instruction.arguments().get(i))
                            : 0);
        }
        image.putLong(destination(instruction.destination()));
        image.putLong(successor(instruction.branches().positive()));
        image.putLong(successor(instruction.branches().zero()));
        image.putLong(successor(instruction.branches().negative()));
        image.putLong(instruction.tellsOfFailure() ? variables : unwanted);
    }

    /** What comes after the last instruction is never reached. */
    private long successor(int index) {
        return index < places.length ? places[index] : 0;
    }

    private long value(Operand operand) {
        if (operand instanceof Operand.Number number) {
            return number.constant().value();
        }
        if (operand instanceof Operand.Address address) {
            return address(address.data()) + address.offset();
        }
        if (operand instanceof ArgumentAddress argument) {
            return argumentAddress(argument.instruction(), argument.argument());
        }
        return 0;
    }

    private long destination(Destination destination) {
        if (destination instanceof Destination.Word word) {
            return value(word.address());
        }
        if (destination instanceof Destination.Argument argument) {
            return argumentAddress(argument.instruction(), argument.argument());
        }
        return unwanted;
    }

    private long address(Data piece) {
        Data placed = piece.isText() ? texts.get(piece.toString()) : piece;
        Long address = addresses.get(placed);
        if (address == null) {
            throw new IllegalStateException("data was not placed: " + piece);
        }
        return address;
    }

    private long argumentAddress(int instruction, int argument) {
        return places[instruction] + (1L + argument) * Long.BYTES;
    }
}

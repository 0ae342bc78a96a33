package io.carrel.linux.program;

import io.carrel.linux.Processor;
import io.carrel.linux.program.Instruction.Destination;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays a program out in memory and encodes it. From {@link #ADDRESS} on: the report, a word for results that nobody
 * wants, the instructions, and all other data. What is written while the program runs lies together, so that few pages
 * are copied.
 */
final class ProgramImage {

    /** Where the loader maps the data; congruent to its place in the file for pages up to 64 KiB. */
    static final long ADDRESS = 0x800000L + ElfFile.DATA_OFFSET;

    private static final long UNWANTED = ADDRESS + Report.SIZE;
    static final long INSTRUCTIONS_ADDRESS = UNWANTED + Long.BYTES;

    private final List<Instruction> instructions;
    private final Map<Data, Long> addresses = new IdentityHashMap<>();
    private final Map<String, Long> texts = new java.util.HashMap<>();
    private final List<Data> placed = new java.util.ArrayList<>();
    private long end;

    ProgramImage(List<Instruction> instructions, Data report) {
        this.instructions = instructions;
        addresses.put(report, ADDRESS);
        end = INSTRUCTIONS_ADDRESS + (long) instructions.size() * Instruction.SIZE;
        for (Instruction instruction : instructions) {
            instruction.arguments().forEach(this::place);
            if (instruction.destination() instanceof Destination.Word word) {
                place(word.address());
            }
        }
    }

    private void place(Operand operand) {
        if (operand instanceof Operand.Address address) {
            place(address.data());
        }
    }

    /** Gives the data its address. Equal strings share one, since no program writes into a string. */
    private long place(Data data) {
        Long known = addresses.get(data);
        if (known != null) {
            return known;
        }
        boolean text = data.isText();
        Long twin = text ? texts.get(data.toString()) : null;
        if (twin != null) {
            addresses.put(data, twin);
            return twin;
        }
        long address = text ? end : (end + 7) & -8;
        end = address + data.size();
        addresses.put(data, address);
        placed.add(data);
        if (text) {
            texts.put(data.toString(), address);
        }
        data.pointers().values().forEach(this::place);
        return address;
    }

    byte[] toElf(Processor processor) {
        byte[] code = switch (processor) {
            case X86_64 -> new X64Interpreter().assemble(INSTRUCTIONS_ADDRESS, ADDRESS);
            case AARCH64 -> new Aarch64Interpreter().assemble(INSTRUCTIONS_ADDRESS, ADDRESS);
        };
        return new ElfFile(processor, code, encode(processor), ADDRESS).toBytes();
    }

    private byte[] encode(Processor processor) {
        ByteBuffer image = ByteBuffer.allocate((int) (end - ADDRESS)).order(ByteOrder.LITTLE_ENDIAN);
        image.position(Report.SIZE + Long.BYTES);
        for (Instruction instruction : instructions) {
            encode(instruction, processor, image);
        }
        for (Data data : placed) {
            int offset = (int) (address(data) - ADDRESS);
            image.position(offset);
            image.put(data.bytes());
            data.pointers().forEach((at, pointee) -> image.putLong(offset + at, address(pointee)));
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
        image.putLong(instructionAddress(instruction.next()));
        image.putLong(instructionAddress(instruction.zero()));
        image.putLong(instructionAddress(instruction.failure()));
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
        return UNWANTED;
    }

    private long address(Data data) {
        Long address = addresses.get(data);
        if (address == null) {
            throw new IllegalStateException("data was not placed: " + data);
        }
        return address;
    }

    private static long instructionAddress(int index) {
        return INSTRUCTIONS_ADDRESS + (long) index * Instruction.SIZE;
    }

    private static long argumentAddress(int instruction, int argument) {
        return instructionAddress(instruction) + (1L + argument) * Long.BYTES;
    }
}

package io.carrel.linux.launch;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.linux.ByteText;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.binding.TerminalCalls;
import io.carrel.linux.uapi.Struct;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an init is to execute, and as what. Immutable.
 *
 * @param words the program and its arguments
 * @param environment all of its environment
 * @param directory its working directory
 * @param ids who it runs as; empty for the command's user
 * @param terminal the size of a terminal of its own, null if it has none
 */
public record ExecCommand(
        List<String> words,
        Map<String, String> environment,
        String directory,
        Optional<Ids> ids,
        @Nullable TerminalSize terminal) {

    /** A user, a group, and further groups, by the numbers that they have in the container. */
    public record Ids(long uid, long gid, List<Long> groups) {

        /** Copies the groups. */
        public Ids {
            groups = ImmutableList.copyOf(groups);
        }
    }

    /** Copies the arguments. */
    public ExecCommand {
        words = ImmutableList.copyOf(words);
        environment = ImmutableMap.copyOf(environment);
    }

    /** One that runs as the command's user, without a terminal of its own. */
    public ExecCommand(List<String> words, Map<String, String> environment, String directory) {
        this(words, environment, directory, Optional.empty(), null);
    }

    /** What is being done, as the end of "Cannot ...". */
    String step() {
        return "execute \"" + words.get(0) + "\" in the container";
    }

    /**
     * The message for the init, with final addresses.
     *
     * @throws SetupException if it does not fit into what the init has for it
     */
    byte[] encode(int slot, long mark) {
        Block block = new Block();
        List<String> variables = environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
        List<String> candidates = new Execution(words, environment, directory).candidates();
        long directoryAt = block.text(directory);
        long candidatesAt = block.table(candidates);
        long argumentsAt = block.table(words);
        long variablesAt = block.table(variables);
        long groupsAt = block.numbers(ids.map(Ids::groups).orElse(ImmutableList.of()));
        if (block.size() > ExecArea.BLOCK_SIZE) {
            throw tooLarge(block.size());
        }
        int total = ExecArea.HEADER_SIZE + block.size();
        ByteBuffer message = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        message.putLong(ExecArea.KIND, ExecArea.EXECUTE);
        message.putLong(ExecArea.TOTAL, total);
        message.putLong(ExecArea.CANDIDATES, candidatesAt);
        message.putLong(ExecArea.ARGUMENTS, argumentsAt);
        message.putLong(ExecArea.VARIABLES, variablesAt);
        message.putLong(ExecArea.DIRECTORY, directoryAt);
        message.putLong(ExecArea.SLOT, ExecArea.slot(slot));
        message.putLong(ExecArea.MARK, mark);
        message.putLong(ExecArea.MARK + Long.BYTES, mark);
        ids.ifPresent(who -> {
            message.putLong(ExecArea.HAS_IDS, 1);
            message.putLong(ExecArea.UID, who.uid());
            message.putLong(ExecArea.GID, who.gid());
            message.putLong(ExecArea.GROUP_COUNT, who.groups().size());
            message.putLong(ExecArea.GROUPS, groupsAt);
        });
        if (terminal != null) {
            message.putLong(ExecArea.TERMINAL, 1);
            message.putLong(ExecArea.TERMINAL_SIZE, TerminalCalls.word(terminal));
        }
        message.position(ExecArea.HEADER_SIZE);
        message.put(block.toBytes());
        return message.array();
    }

    private SetupException tooLarge(int size) {
        return new SetupException(
                step(),
                "execve",
                "%d arguments, %d variables".formatted(words.size() - 1, environment.size()),
                Errno.E2BIG,
                ("Arguments, environment, directory and paths take %d bytes, and the container's first process has %d"
                                + " for them. Pass what is larger by a file or by standard input.")
                        .formatted(size, ExecArea.BLOCK_SIZE));
    }

    /** Strings and tables, as they lie behind the header. */
    private static final class Block {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /** Appends a string and returns its address. */
        long text(String text) {
            long address = ExecArea.BLOCK + bytes.size();
            bytes.writeBytes(ByteText.encode(text + '\0'));
            return address;
        }

        /** Appends strings, and a table of their addresses, whose address this returns. */
        long table(List<String> texts) {
            List<Long> addresses = new ArrayList<>();
            texts.forEach(text -> addresses.add(text(text)));
            bytes.writeBytes(new byte[-bytes.size() & (Long.BYTES - 1)]);
            long address = ExecArea.BLOCK + bytes.size();
            ByteBuffer table =
                    ByteBuffer.allocate((texts.size() + 1) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            addresses.forEach(table::putLong);
            bytes.writeBytes(table.array());
            return address;
        }

        /** Appends 32-bit numbers, which is a multiple of 64 bits long, and returns its address. */
        long numbers(List<Long> numbers) {
            long address = ExecArea.BLOCK + bytes.size();
            Struct struct = Struct.ofSize((numbers.size() * Integer.BYTES + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
            numbers.forEach(struct::u32);
            bytes.writeBytes(struct.toBytes());
            return address;
        }

        int size() {
            return bytes.size();
        }

        byte[] toBytes() {
            return bytes.toByteArray();
        }
    }
}

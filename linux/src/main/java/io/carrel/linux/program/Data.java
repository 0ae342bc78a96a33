package io.carrel.linux.program;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import io.carrel.linux.ByteText;
import io.carrel.linux.Printable;
import io.carrel.linux.uapi.Struct;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A piece of a program's data: a string, a structure, a table of pointers, or words that instructions read and write.
 * Two pieces are the same only if they are the same object. Immutable; what it holds while a program runs is not here.
 */
public final class Data {

    private final String shown;
    private final Kind kind;
    private final byte[] bytes;
    private final Map<Integer, Operand.Address> pointers;

    private enum Kind {
        TEXT,
        STRUCTURE,
        WORDS
    }

    private Data(String shown, Kind kind, byte[] bytes, Map<Integer, Operand.Address> pointers) {
        this.shown = shown;
        this.kind = kind;
        this.bytes = bytes;
        this.pointers = pointers;
    }

    /**
     * Returns a NUL-terminated string in UTF-8, or with other bytes as {@link ByteText} has them.
     *
     * @throws IllegalArgumentException if the text holds a NUL character
     */
    public static Data text(String text) {
        checkArgument(text.indexOf('\0') < 0, "a NUL character cannot be passed to the kernel: %s", text);
        byte[] content = ByteText.encode(text + '\0');
        return new Data(quote(text), Kind.TEXT, content, Map.of());
    }

    /**
     * Returns a structure, which the kernel must not write into; results can be stored into it. {@code shown} is what
     * listings print for it.
     */
    public static Data struct(String shown, byte[] content) {
        return new Data(shown, Kind.STRUCTURE, content.clone(), Map.of());
    }

    /** Does the same with addresses of other data at these offsets. */
    public static Data struct(String shown, byte[] content, Map<Integer, Operand.Address> pointers) {
        return new Data(shown, Kind.STRUCTURE, content.clone(), ImmutableMap.copyOf(pointers));
    }

    /** Does the same for a structure that the kernel writes into. */
    public static Data variable(String shown, byte[] content, Map<Integer, Operand.Address> pointers) {
        return new Data(shown, Kind.WORDS, content.clone(), ImmutableMap.copyOf(pointers));
    }

    /** Returns {@code count} words of 64 bits, zero at the start. */
    public static Data words(String shown, int count) {
        return new Data(shown, Kind.WORDS, new byte[count * Long.BYTES], Map.of());
    }

    /** Returns one word of 64 bits. */
    public static Data word(String shown, long initial) {
        return new Data(
                shown, Kind.WORDS, Struct.ofSize(Long.BYTES).u64(initial).toBytes(), Map.of());
    }

    /** Returns a NULL-terminated array of pointers to strings, as {@code execve} takes them. */
    public static Data vector(List<String> texts) {
        String shown = texts.size() > 8
                ? "[" + quote(texts.get(0)) + ", ... " + (texts.size() - 1) + " more]"
                : texts.stream().map(Data::quote).collect(Collectors.joining(", ", "[", "]"));
        return vector(shown, texts);
    }

    /** Does the same for variables of an environment, whose values are nothing for listings and logs. */
    public static Data environment(Map<String, String> variables) {
        return vector(
                "/* %s vars */".formatted(variables.size()),
                variables.entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList());
    }

    private static Data vector(String shown, List<String> texts) {
        Map<Integer, Operand.Address> pointers = new LinkedHashMap<>();
        for (String text : texts) {
            pointers.put(pointers.size() * Long.BYTES, text(text).address());
        }
        return new Data(shown, Kind.STRUCTURE, new byte[(texts.size() + 1) * Long.BYTES], pointers);
    }

    private static String quote(String text) {
        return "\"" + Printable.of(text.replace("\\", "\\\\").replace("\"", "\\\"")) + "\"";
    }

    /** Returns the address of the first byte. */
    public Operand.Address address() {
        return at(0);
    }

    /** Returns the address of the byte at {@code offset}. */
    public Operand.Address at(int offset) {
        checkArgument(offset >= 0 && offset < bytes.length, "offset %s is outside of %s", offset, shown);
        return new Operand.Address(this, offset);
    }

    /** Returns the size in bytes. */
    public int size() {
        return bytes.length;
    }

    /** Returns whether it is a string, which no program writes into. */
    boolean isText() {
        return kind == Kind.TEXT;
    }

    /** Returns whether the kernel or instructions write into it. */
    boolean isVariable() {
        return kind == Kind.WORDS;
    }

    byte[] bytes() {
        return bytes;
    }

    Map<Integer, Operand.Address> pointers() {
        return pointers;
    }

    @Override
    public String toString() {
        return shown;
    }
}

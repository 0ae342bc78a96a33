package io.carrel.cli;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads the value of an option; what is wrong with it is said in the words of {@code parse}.
 *
 * @param parse throws IllegalArgumentException if it cannot understand the text
 */
record Argument<T>(Function<String, T> parse) implements ITypeConverter<T> {

    @Override
    public T convert(String text) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}

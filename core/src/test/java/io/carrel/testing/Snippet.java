package io.carrel.testing;

import com.google.common.base.CaseFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A piece of Java that the project shows its readers.
 *
 * @param name of a class to put it into, after the file that it stands in
 * @param body statements
 * @param output what it prints, where the file says so
 */
public record Snippet(String name, String body, Optional<String> output) {

    /** In a document: a block of Java, and what it prints, if that comes next. */
    private static final Pattern BLOCK =
            Pattern.compile("```java\n(.*?)```(?:\n\n```output\n(.*?)```)?", Pattern.DOTALL);

    /** In Javadoc, in either of its ways to show code. */
    private static final Pattern CODE =
            Pattern.compile("<pre>\\{@code\n(.*?\n)[ *]*}</pre>|\\{@snippet[^\n]*\n(.*?\n) *\\* }\n", Pattern.DOTALL);

    private static final Pattern MARGIN = Pattern.compile("^ *\\* ?", Pattern.MULTILINE);

    /** Returns those of the README and the documents, without whole files. */
    public static List<Snippet> ofDocuments() throws IOException {
        List<Snippet> found = new ArrayList<>();
        for (Path document : files(".md")) {
            Matcher matcher = BLOCK.matcher(Files.readString(document));
            while (matcher.find()) {
                String output = matcher.group(2);
                found.add(new Snippet(name(document, found.size()), matcher.group(1), Optional.ofNullable(output)));
            }
        }
        // ReadmeTest has the one, docs/modules.md the other.
        found.removeIf(snippet ->
                snippet.body().startsWith("import ") || snippet.body().startsWith("module "));
        return found;
    }

    /** Returns those of the Javadoc of all modules. */
    public static List<Snippet> ofJavadoc() throws IOException {
        List<Snippet> found = new ArrayList<>();
        for (Path source : files(".java")) {
            Matcher matcher = CODE.matcher(Files.readString(source));
            while (matcher.find()) {
                String code = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                String body = MARGIN.matcher(code).replaceAll("").strip();
                boolean isExpression = !body.endsWith(";") && !body.endsWith("}");
                found.add(new Snippet(
                        name(source, found.size()),
                        isExpression ? "Object value = " + body + ";" : body,
                        Optional.empty()));
            }
        }
        return found;
    }

    private static List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.walk(ProjectFiles.directory())) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    private static String name(Path file, int number) {
        String words = String.valueOf(file.getFileName()).replaceAll("\\W", "_");
        return CaseFormat.LOWER_UNDERSCORE.to(CaseFormat.UPPER_CAMEL, words) + number;
    }
}

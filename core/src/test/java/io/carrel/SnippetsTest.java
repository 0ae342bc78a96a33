package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.reflect.ClassPath;
import io.carrel.testing.Snippet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What documents and Javadoc show in Java compiles, and prints what they say where they say it. */
@Tag("kernel")
@Tag("long") // it compiles, and says nothing about kernels
class SnippetsTest {

    private static final Pattern TYPE = Pattern.compile("\\b[A-Z]\\w+");

    /** What a reader knows from the text around a snippet. */
    @SuppressWarnings("InlineFormatString") // it is long
    private static final String AROUND = """
            import static io.carrel.fs.Access.*;
            import io.carrel.*;
            %s
            import java.io.*;
            import java.lang.ProcessBuilder.Redirect;
            import java.net.URI;
            import java.nio.file.*;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.stream.Stream;

            public class %s {
                static Container container;
                static io.carrel.cgroups.Cgroups cgroups;
                static Path base, tools, application;
                static org.slf4j.Logger log;
                static byte[] bytes;
                static long pid;
                static List<String> command;
                static List<io.carrel.images.view.LayerSource> layers;

                static void log(Object what) {}

                static void show(Object what) {}

                public static void main(String[] arguments) throws Exception {
                    String directory = arguments.length == 0 ? "" : arguments[0];
                    %s
                }
            }
            """;

    /** What has no value there, so that a snippet which needs it is not run. */
    private static final Pattern FROM_AROUND = Pattern.compile(
            "(?<![.\\w])(container|cgroups|base|tools|application|log|bytes|pid|command|layers)\\b(?!\\()");

    @TempDir
    private Path directory;

    /** Those of Carrel's public types, outside of core, that the snippet names. */
    private static String imports(String body) throws IOException {
        Set<String> named = TYPE.matcher(body).results().map(MatchResult::group).collect(Collectors.toSet());
        return ClassPath.from(SnippetsTest.class.getClassLoader()).getTopLevelClassesRecursive("io.carrel").stream()
                .filter(type -> named.contains(type.getSimpleName()))
                .filter(type -> !type.getPackageName().matches("io\\.carrel|.*\\.(internal|binding|uapi)(\\..*)?"))
                .filter(type -> Modifier.isPublic(type.load().getModifiers()))
                .map(type -> "import " + type.getName() + ";")
                .collect(Collectors.joining("\n"));
    }

    @Test
    void compileAndPrintWhatTheDocumentsSay() throws Exception {
        List<Snippet> snippets = Snippet.ofDocuments();
        compile(snippets);

        List<Snippet> printing =
                snippets.stream().filter(one -> one.output().isPresent()).toList();
        assertThat(printing).hasSizeGreaterThan(5);
        for (Snippet snippet : printing) {
            assertThat(print(snippet))
                    .as(snippet.name())
                    .isEqualTo(snippet.output().orElseThrow());
        }
    }

    @Test
    void compileAndRunInJavadoc() throws Exception {
        List<Snippet> snippets = Snippet.ofJavadoc();
        compile(snippets);

        List<Snippet> complete = snippets.stream()
                .filter(snippet -> !FROM_AROUND.matcher(snippet.body()).find())
                .toList();
        assertThat(complete).hasSizeGreaterThan(2);
        for (Snippet snippet : complete) {
            assertThat(print(snippet)).as(snippet.name()).isEmpty();
        }
    }

    private void compile(List<Snippet> snippets) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Snippet snippet : snippets) {
            String source = AROUND.formatted(imports(snippet.body()), snippet.name(), snippet.body());
            sources.add(Files.writeString(directory.resolve(snippet.name() + ".java"), source));
        }
        assertThat(errors(sources)).isEmpty();
    }

    private String errors(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
            List<String> options = List.of("-proc:none", "-nowarn", "-d", directory.toString());
            compiler.getTask(errors, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
        }
        return errors.toString();
    }

    private String print(Snippet snippet) throws Exception {
        Path files = Files.createDirectory(directory.resolve(snippet.name()));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, SnippetsTest.class.getClassLoader())) {
            System.setOut(new PrintStream(printed, true, UTF_8));
            loader.loadClass(snippet.name()).getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {files.toString()});
        } finally {
            System.setOut(before);
        }
        return printed.toString(UTF_8);
    }
}

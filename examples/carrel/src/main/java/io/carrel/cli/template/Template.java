package io.carrel.cli.template;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Text with actions in it, as in <code>{{.Name}} is {{range .Ports}}{{.}} {{else}}closed{{end}}</code>: that part of
 * Go's text/template which prints documents. There are fields, variables, literals, pipes, if, else, with, range,
 * comments, dashes that take away the space around an action, and the functions of Go and docker; definitions of
 * templates are left out. Immutable.
 */
public final class Template {

    private static final Pattern ACTION = Pattern.compile(
            "(?s)(?<before>\\s*)\\{\\{(?<trim>-(?=\\s))?(?<action>(?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|/\\*.*?\\*/"
                    + "|[^\"`])*?)(?<trimAfter>(?<=\\s)-)?\\}\\}");
    private static final List<String> KEYWORDS = List.of("if", "with", "range", "else", "end");

    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = parts;
    }

    /** A block that waits for its end. */
    private static final class Block {

        final String keyword;
        final List<String> variables;
        final Expression asked;
        final List<Part> then = new ArrayList<>();
        final List<Part> otherwise = new ArrayList<>();
        boolean isInElse;
        /** Whether it stands in the else of another, with which it ends. */
        final boolean isNested;

        Block(String keyword, Action action, boolean isNested) {
            this.keyword = keyword;
            this.isNested = isNested;
            variables = action.variables();
            asked = action.expression();
        }

        Part part() {
            return keyword.equals("range")
                    ? new Part.Repeat(variables, asked, then, otherwise)
                    : new Part.Choice(keyword.equals("with"), variables, asked, then, otherwise);
        }
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Template parse(String text) {
        return new Template(new Reader().read(text));
    }

    /** Reads one that makes a line, in which the shell leaves {@code \\t} and {@code \\n} as they are typed. */
    public static Template line(String text) {
        return parse(Escapes.resolveSpace(text));
    }

    /**
     * Fills it in.
     *
     * @throws IllegalArgumentException if it asks for what the data has not
     */
    public String fill(JsonNode data) {
        StringBuilder out = new StringBuilder();
        Part.fillAll(parts, Scope.of(data), out);
        return out.toString();
    }

    /** Puts parts into blocks. */
    private static final class Reader {

        private final List<Part> top = new ArrayList<>();
        private final Deque<Block> open = new ArrayDeque<>();

        List<Part> read(String text) {
            Matcher matcher = ACTION.matcher(text);
            int end = 0;
            boolean trims = false;
            while (matcher.find()) {
                boolean trimsBefore = matcher.group("trim") != null;
                addText(text.substring(end, matcher.start()) + (trimsBefore ? "" : matcher.group("before")), trims);
                addAction(matcher.group("action").strip());
                trims = matcher.group("trimAfter") != null;
                end = matcher.end();
            }
            String rest = text.substring(end);
            checkArgument(!rest.contains("{{"), "an action of the template does not end: %s", rest);
            addText(rest, trims);
            checkArgument(open.isEmpty(), "the template has too few {{end}}");
            return top;
        }

        private void addText(String text, boolean trims) {
            String left = trims ? text.stripLeading() : text;
            if (!left.isEmpty()) {
                add(new Part.Text(left));
            }
        }

        private void addAction(String source) {
            if (source.startsWith("/*")) {
                return;
            }
            Action action = new Action(source);
            switch (action.keyword(KEYWORDS)) {
                case "if" -> open.push(new Block("if", action, false));
                case "with" -> open.push(new Block("with", action, false));
                case "range" -> open.push(new Block("range", action, false));
                case "else" -> beginElse(action);
                case "end" -> end(action);
                default -> addValue(action);
            }
        }

        private void addValue(Action action) {
            List<String> variables = action.variables();
            Expression value = action.expression();
            add(variables.isEmpty() ? new Part.Print(value) : new Part.Set(variables.get(0), value));
        }

        private void beginElse(Action action) {
            checkArgument(!open.isEmpty() && !open.getFirst().isInElse, "an {{else}} of the template is out of place");
            open.getFirst().isInElse = true;
            String keyword = action.keyword(List.of("if", "with"));
            if (!keyword.isEmpty()) {
                open.push(new Block(keyword, action, true));
            }
            checkArgument(action.isAtEnd(), "after else comes if, with or nothing");
        }

        private void end(Action action) {
            checkArgument(!open.isEmpty() && action.isAtEnd(), "an {{end}} of the template is out of place");
            Block block = open.pop();
            add(block.part());
            while (block.isNested) {
                block = open.pop();
                add(block.part());
            }
        }

        private void add(Part part) {
            if (open.isEmpty()) {
                top.add(part);
            } else {
                Block block = open.getFirst();
                (block.isInElse ? block.otherwise : block.then).add(part);
            }
        }
    }
}

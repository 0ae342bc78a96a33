package io.carrel.cli.template;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cli.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads one action: {@code [$name, …:=] command [| command]…}. */
final class Action {

    private final String source;
    private final List<Token> tokens;
    private int next;

    Action(String source) {
        this.source = source;
        tokens = Token.of(source);
    }

    /** The word that it begins with, and is read over; empty if it begins with none of these. */
    String keyword(List<String> keywords) {
        if (next < tokens.size() && keywords.stream().anyMatch(tokens.get(next)::is)) {
            return tokens.get(next++).text();
        }
        return "";
    }

    boolean isAtEnd() {
        return next == tokens.size();
    }

    /** The variables that it sets; none in most. */
    List<String> variables() {
        int sign = 0;
        while (sign < tokens.size() && !tokens.get(sign).is(":=")) {
            sign++;
        }
        if (sign == tokens.size()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (; next < sign; next++) {
            Token token = tokens.get(next);
            checkArgument(token.kind() == Kind.VARIABLE || token.is(","), "not understood: {{%s}}", source);
            if (token.kind() == Kind.VARIABLE) {
                names.add(token.text());
            }
        }
        next++;
        return names;
    }

    /** All that is left of it, which has a value. */
    Expression expression() {
        Expression all = pipeline();
        checkArgument(isAtEnd(), "not understood: {{%s}}", source);
        return all;
    }

    private Expression pipeline() {
        Expression value = command();
        while (isNext("|")) {
            next++;
            Expression command = command();
            checkArgument(
                    command instanceof Expression.Call, "after | comes one of %s in {{%s}}", Functions.names(), source);
            value = ((Expression.Call) command).with(value);
        }
        return value;
    }

    private Expression command() {
        if (next < tokens.size() && tokens.get(next).kind() == Kind.WORD && !isConstant(tokens.get(next))) {
            String function = tokens.get(next++).text();
            checkArgument(
                    Functions.has(function),
                    "a template has no function %s; there are %s",
                    function,
                    Functions.names());
            List<Expression> arguments = new ArrayList<>();
            while (!isAtEnd() && !isNext("|") && !isNext(")")) {
                arguments.add(operand());
            }
            return new Expression.Call(function, arguments);
        }
        return operand();
    }

    private Expression operand() {
        Expression operand = first();
        while (!isAtEnd()
                && tokens.get(next).kind() == Kind.FIELD
                && !tokens.get(next).isApart()) {
            operand = new Expression.Field(operand, tokens.get(next++).text().substring(1));
        }
        return operand;
    }

    private Expression first() {
        checkArgument(!isAtEnd(), "something is missing in {{%s}}", source);
        Token token = tokens.get(next++);
        return switch (token.kind()) {
            case STRING -> new Expression.Literal(Values.of(token.text()));
            case NUMBER ->
                new Expression.Literal(
                        token.text().contains(".")
                                ? JsonNodeFactory.instance.numberNode(Double.parseDouble(token.text()))
                                : Values.of(Long.parseLong(token.text())));
            case FIELD ->
                token.text().equals(".")
                        ? new Expression.Dot()
                        : new Expression.Field(
                                new Expression.Dot(), token.text().substring(1));
            case VARIABLE -> new Expression.Variable(token.text());
            case WORD, SIGN -> isConstant(token) ? constant(token.text()) : inBrackets(token);
        };
    }

    private Expression inBrackets(Token open) {
        if (open.kind() == Kind.WORD) {
            next--;
            return command();
        }
        checkArgument(open.is("("), "not understood: {{%s}}", source);
        Expression inner = pipeline();
        checkArgument(isNext(")"), "a ) is missing in {{%s}}", source);
        next++;
        return inner;
    }

    private static boolean isConstant(Token token) {
        return token.is("true") || token.is("false") || token.is("nil");
    }

    private static Expression constant(String word) {
        return new Expression.Literal(word.equals("nil") ? Values.NONE : Values.of(word.equals("true")));
    }

    private boolean isNext(String sign) {
        return !isAtEnd() && tokens.get(next).is(sign);
    }
}

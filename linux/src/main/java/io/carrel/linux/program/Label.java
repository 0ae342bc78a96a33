package io.carrel.linux.program;

/** A place in a program that branches can name before it is reached. */
public final class Label {

    private final String name;

    /** A new place; {@code name} is what listings print. */
    public Label(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}

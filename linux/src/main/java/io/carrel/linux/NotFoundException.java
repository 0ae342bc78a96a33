package io.carrel.linux;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What the caller named is not there: an image, a volume, a network, a container. It may have been there a moment ago,
 * as other processes add and remove such things at any time. Nothing was changed.
 */
public final class NotFoundException extends ContainerException {

    private static final long serialVersionUID = 1L;

    /** The kinds of things that are looked for by name. */
    public enum Kind {
        /** A container, running or ended, by its name or the beginning of its id. */
        CONTAINER("there is no container %s"),
        /** An image, by its reference or digest. */
        IMAGE("there is no image %s"),
        /** A volume, by its name. */
        VOLUME("there is no volume %s"),
        /** The kept changes of a container, by their name. */
        SNAPSHOT("there is no snapshot %s"),
        /** A network that containers share, by its name. */
        NETWORK("there is no network named %s"),
        /** A network interface, by its name. */
        LINK("there is no link named %s"),
        /** A control group, by its path. */
        CGROUP("there is no cgroup \"%s\" of Carrel's"),
        /** A process, by its pid. */
        PROCESS("there is no process %s");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }
    }

    private final Kind kind;
    private final String name;
    private final String where;
    private final String remedy;

    /**
     * Describes what is not there, where nothing more is known.
     *
     * @param kind what was looked for
     * @param name by which name
     */
    public NotFoundException(Kind kind, String name) {
        this(kind, name, "", "");
    }

    /**
     * Describes what is not there, and what helps.
     *
     * @param kind what was looked for
     * @param name by which name
     * @param where the place that was searched, such as a directory; empty if there is but one
     * @param remedy what to do about it, as the end of a sentence; empty if nothing is known to help
     */
    public NotFoundException(Kind kind, String name, String where, String remedy) {
        super(
                "%s%s%s"
                        .formatted(
                                kind.sentence.formatted(shown(name)),
                                where.isEmpty() ? "" : " in " + shown(where),
                                remedy.isEmpty() ? "" : "; " + shown(remedy)),
                null);
        this.kind = kind;
        this.name = name;
        this.where = requireNonNull(where, "where");
        this.remedy = requireNonNull(remedy, "remedy");
    }

    /** Returns what was looked for. */
    public Kind kind() {
        return kind;
    }

    /** Returns the name by which it was looked for. */
    public String name() {
        return name;
    }

    /** Returns the place that was searched; empty if there is but one. */
    public Optional<String> where() {
        return Optional.of(where).filter(text -> !text.isEmpty());
    }

    /** Returns what to do about it, where that is known. */
    public Optional<String> remedy() {
        return Optional.of(remedy).filter(text -> !text.isEmpty());
    }
}

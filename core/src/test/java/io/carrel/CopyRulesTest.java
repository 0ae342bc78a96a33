package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.carrel.fs.copy.CopyOptions;
import io.carrel.linux.ContainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code docker cp} is documented to do with each kind of source and target, both ways. */
@Tag("kernel")
class CopyRulesTest {

    @TempDir
    private Path temporary;

    private Path source = Path.of("/");
    private Path target = Path.of("/");

    /** Links are relative, so that they mean the same from both sides. */
    @BeforeEach
    void make() throws IOException {
        source = Files.createDirectory(temporary.resolve("source"));
        target = Files.createDirectory(temporary.resolve("target"));
        Files.writeString(source.resolve("file"), "new");
        Files.createDirectories(source.resolve("dir/sub"));
        Files.writeString(source.resolve("dir/f"), "new");
        Files.createSymbolicLink(source.resolve("toFile"), Path.of("file"));
        Files.createSymbolicLink(source.resolve("toDir"), Path.of("dir"));
        Files.writeString(target.resolve("old"), "old");
        Files.createDirectories(target.resolve("there/keep"));
        Files.createDirectories(target.resolve("clash/file"));
        Files.createDirectories(target.resolve("clash2"));
        Files.writeString(target.resolve("clash2/dir"), "old");
    }

    private static final String WORKS = """
            file      | /name       | /name=new
            file      | /old        | /old=new
            file      | /there      | /there/file=new
            file      | /there/     | /there/file=new
            file      | /there/.    | /there/file=new
            dir       | /name       | /name/ /name/f=new /name/sub/
            dir       | /name/      | /name/ /name/f=new /name/sub/
            dir       | /name/.     | /name/ /name/f=new /name/sub/
            dir/.     | /name       | /name/ /name/f=new /name/sub/
            dir       | /there      | /there/dir/ /there/dir/f=new /there/dir/sub/
            dir/      | /there      | /there/dir/ /there/dir/f=new /there/dir/sub/
            dir       | /there/     | /there/dir/ /there/dir/f=new /there/dir/sub/
            dir/.     | /there      | /there/f=new /there/sub/
            dir/.     | /there/     | /there/f=new /there/sub/
            toFile    | /name       | /name->file
            toDir     | /name       | /name->dir
            toDir     | /there      | /there/toDir->dir
            toDir/    | /there      | /there/toDir/ /there/toDir/f=new /there/toDir/sub/
            toDir/.   | /there      | /there/f=new /there/sub/
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = WORKS)
    void goesOut(String from, String to, String made) throws IOException {
        String before = tree();
        ContainerFiles.below(source).copyOut("/" + from, host(to));
        assertThat(since(before)).isEqualTo(made);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = WORKS)
    void goesIn(String from, String to, String made) throws IOException {
        String before = tree();
        boolean follows = from.endsWith("/");
        ContainerFiles.below(target).copyIn(source.resolve(from), to, CopyOptions.DEFAULT.followLink(follows));
        assertThat(since(before)).isEqualTo(made);
    }

    private static final String FAILS = """
            file      | /name/       | ENOENT  | no such directory
            file      | /none/name   | ENOENT  | directory that the target would lie in must be there
            dir       | /none/name   | ENOENT  | directory that the target would lie in must be there
            file      | /old/        | ENOTDIR | target is a file or lies below one
            file      | /old/name    | ENOTDIR | directory that the target would lie in must be there
            dir       | /old         | ENOTDIR | source is a directory, and the target is there and is none
            dir/.     | /old         | ENOTDIR | source is a directory, and the target is there and is none
            dir       | /old/        | ENOTDIR | target is a file or lies below one
            file      | /clash       | EISDIR  | is a directory there already, and a file does not take its place
            dir       | /clash2      | ENOTDIR | is a file or a link there already, and a directory does not take its place
            none      | /there       | ENOENT  | Cannot find
            none/     | /there       | ENOENT  | Cannot find
            file/.    | /there       | ENOTDIR | Cannot find
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = FAILS)
    void isRefusedBothWays(String from, String to, String errno, String words) throws IOException {
        String before = tree();
        assertThatExceptionOfType(ContainerException.class)
                .isThrownBy(() -> ContainerFiles.below(source).copyOut("/" + from, host(to)))
                .withMessageContaining(errno)
                .withMessageContaining(words);
        assertThatExceptionOfType(ContainerException.class)
                .isThrownBy(() -> ContainerFiles.below(target).copyIn(source.resolve(from), to))
                .withMessageContaining(errno)
                .withMessageContaining(words)
                .withMessageNotContaining("mount");
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void theLinkOfASourceIsFollowedIfAskedFor() throws IOException {
        CopyOptions follow = CopyOptions.DEFAULT.followLink(true);
        String before = tree();
        ContainerFiles.below(source).copyOut("/toFile", host("/name"), follow);
        ContainerFiles.below(target).copyIn(source.resolve("toDir"), "/other", follow);
        assertThat(since(before)).isEqualTo("/name=new /other/ /other/f=new /other/sub/");
    }

    /** On the host a link may have come from the container, with the copy before. */
    @Test
    void aTargetThatIsALinkIsFollowedInTheContainerAlone() throws IOException {
        Files.createSymbolicLink(target.resolve("toOld"), Path.of("/old"));
        Files.createSymbolicLink(target.resolve("toNone"), Path.of("there/new"));
        ContainerFiles inside = ContainerFiles.below(target);
        inside.copyIn(source.resolve("file"), "/toOld");
        inside.copyIn(source.resolve("file"), "/toNone");
        assertThat(target.resolve("toOld")).isSymbolicLink();
        assertThat(target.resolve("old")).hasContent("new");
        assertThat(target.resolve("there/new")).hasContent("new");

        ContainerFiles.below(source).copyOut("/dir/f", target.resolve("toNone"));
        assertThat(target.resolve("toNone")).isRegularFile().hasContent("new");
        assertThat(Files.isSymbolicLink(target.resolve("toNone"))).isFalse();
    }

    private Path host(String path) {
        return Path.of(target + (path.endsWith("/") ? path + "." : path));
    }

    private String since(String before) throws IOException {
        return Stream.of(tree().split(" "))
                .filter(entry -> !(" " + before + " ").contains(" " + entry + " "))
                .collect(Collectors.joining(" "));
    }

    private String tree() throws IOException {
        try (Stream<Path> all = Files.walk(target)) {
            return all.filter(path -> !path.equals(target))
                    .map(path -> "/" + target.relativize(path) + content(path))
                    .sorted()
                    .collect(Collectors.joining(" "));
        }
    }

    private static String content(Path path) {
        try {
            return Files.isSymbolicLink(path)
                    ? "->" + Files.readSymbolicLink(path)
                    : Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? "/" : "=" + Files.readString(path);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

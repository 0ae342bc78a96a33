package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is stored is what Docker stores for the same instruction. */
class InstructionsTest {

    private static final ImageDefaults BASE = ImageDefaults.NONE
            .withEntrypoint(List.of("/old"))
            .withCommand(List.of("old"))
            .withEnvironment("PATH", "/bin")
            .withWorkingDirectory("/srv");

    private static ObjectNode config(String... instructions) {
        NewImage settings = NewImage.of().instructions(Arrays.asList(instructions));
        ImageConfig config = new ImageConfig(
                Platform.current(), null, "", settings.changed(BASE, Instructions.SHELL), List.of(), List.of());
        byte[] document = ConfigWriter.format(config, new Json("", "", Json.object()), settings::addTo);
        return (ObjectNode) Json.parse(document, "").at("config").node();
    }

    private static String field(String name, String... instructions) {
        return new String(Json.format(config(instructions).path(name)), UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            CMD ["sh", "-c", "a b"]            | Cmd          | ["sh","-c","a b"]
            cmd echo "a b" $HOME               | Cmd          | ["/bin/sh","-c","echo \\"a b\\" $HOME"]
            CMD []                             | Cmd          | null
            ENTRYPOINT ["/x"]                  | Entrypoint   | ["/x"]
            ENTRYPOINT ["/x"]                  | Cmd          | null
            Entrypoint exec x                  | Entrypoint   | ["/bin/sh","-c","exec x"]
            ENV A=1 B="two words"              | Env          | ["PATH=/bin","A=1","B=two words"]
            ENV A B                            | Env          | ["PATH=/bin","A=B"]
            ENV A B  "c d" e=f                 | Env          | ["PATH=/bin","A=B  c d e=f"]
            ENV A=a\\ b C='x $PATH "y"'        | Env          | ["PATH=/bin","A=a b","C=x $PATH \\"y\\""]
            ENV A="q\\"q\\\\" B=\\$PATH C=     | Env          | ["PATH=/bin","A=q\\"q\\\\","B=$PATH","C="]
            ENV PATH=/usr/bin:$PATH            | Env          | ["PATH=/usr/bin:/bin"]
            ENV A=${PATH}x B=${NO:-y} C=${PATH:+z}${NO+n} | Env | ["PATH=/bin","A=/binx","B=y","C=z"]
            ENV A=1 B=$A                       | Env          | ["PATH=/bin","A=1","B="]
            ENV A="$PATH" B=$ C=a'b'"c"        | Env          | ["PATH=/bin","A=/bin","B=$","C=abc"]
            LABEL a=b "c d"=e                  | Labels       | {"a":"b","c d":"e"}
            LABEL x='y z'                      | Labels       | {"x":"y z"}
            LABEL a b c                        | Labels       | {"a":"b c"}
            LABEL x="a=b"                      | Labels       | {"x":"a=b"}
            EXPOSE 80 81/udp                   | ExposedPorts | {"80/tcp":{},"81/udp":{}}
            EXPOSE 8000-8002/TCP 1/sctp        | ExposedPorts | {"8000/tcp":{},"8001/tcp":{},"8002/tcp":{},"1/sctp":{}}
            VOLUME ["/a","/b"]                 | Volumes      | {"/a":{},"/b":{}}
            VOLUME /a /b                       | Volumes      | {"/a":{},"/b":{}}
            VOLUME "/a b" $PATH                | Volumes      | {"/a b":{},"/bin":{}}
            WORKDIR rel                        | WorkingDir   | "/srv/rel"
            WORKDIR ../a b/./c/                | WorkingDir   | "/a b/c"
            WORKDIR /x//y                      | WorkingDir   | "/x/y"
            WORKDIR $PATH                      | WorkingDir   | "/bin"
            STOPSIGNAL SIGQUIT                 | StopSignal   | "SIGQUIT"
            STOPSIGNAL 9                       | StopSignal   | "9"
            STOPSIGNAL rtmin+3                 | StopSignal   | "rtmin+3"
            USER app:staff                     | User         | "app:staff"
            USER "1000"                        | User         | "1000"
            ONBUILD RUN make "x y"             | OnBuild      | ["RUN make \\"x y\\""]
            HEALTHCHECK NONE                   | Healthcheck  | {"Test":["NONE"]}
            HEALTHCHECK CMD curl -f x; exit 1 | Healthcheck | {"Test":["CMD-SHELL","curl -f x; exit 1"]}
            HEALTHCHECK --interval=1m30s --retries=3 cmd ["a","b"] | Healthcheck | {"Test":["CMD","a","b"],"Interval":90000000000,"Retries":3}
            HEALTHCHECK --timeout=1.5s --start-period=0 --start-interval=5ms CMD x | Healthcheck | {"Test":["CMD-SHELL","x"],"Timeout":1500000000,"StartPeriod":0,"StartInterval":5000000}
            """)
    void isStoredAsByDocker(String instruction, String field, String expected) {
        assertThat(field(field, instruction)).isEqualTo(expected);
    }

    @Test
    void instructionsFollowEachOther() {
        assertThat(field("Env", "ENV A=1", "ENV A=2 B=$A", "ENV C=$B")).contains("\"A=2\",\"B=1\",\"C=1\"");
        assertThat(field("ExposedPorts", "ENV PORTS='80 443'", "EXPOSE $PORTS"))
                .isEqualTo("{\"80/tcp\":{},\"443/tcp\":{}}");
        assertThat(field("WorkingDir", "WORKDIR a", "WORKDIR b")).isEqualTo("\"/srv/a/b\"");
        assertThat(field("OnBuild", "ONBUILD RUN a", "ONBUILD COPY b c")).isEqualTo("[\"RUN a\",\"COPY b c\"]");
        assertThat(field("Cmd", "CMD [\"new\"]", "ENTRYPOINT [\"/new\"]"))
                .as("a command that was meant for this entrypoint")
                .isEqualTo("[\"new\"]");
        assertThat(field("Volumes", "# data\nVOLUME /a \\\n  /b\nUSER app")).isEqualTo("{\"/a\":{},\"/b\":{}}");
    }

    /** As docker reads it. */
    @ParameterizedTest
    @ValueSource(strings = {"['a', 'b']", "[\"a\" 1", "[ -e /x ] && exec y"})
    void whatOnlyLooksLikeAnArrayIsForTheShell(String command) {
        for (String name : List.of("CMD", "ENTRYPOINT")) {
            String field = name.equals("CMD") ? "Cmd" : "Entrypoint";
            assertThat(config(name + " " + command).path(field))
                    .extracting(JsonNode::asString)
                    .containsExactly("/bin/sh", "-c", command);
        }
    }

    @Test
    void allPortsAreQuicklyExposed() {
        assertThat(config("EXPOSE 1-65535").path("ExposedPorts").size()).isEqualTo(65_535);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            CMD ["a", 1]               | not a text
            CMD                        | value is missing
            ENV A                      | VALUE
            ENV A=1 B                  | B is no NAME=VALUE
            ENV =1                     | no name
            ENV A="b                   | a " is missing
            LABEL a='b                 | a ' is missing
            ENV A=${B                  | name and }
            ENV A=${B:-c               | a } is missing
            ENV A=${B:?not given}      | not given
            ENV A=${B%x}               | after ${B
            EXPOSE 70000               | from 1 to 65535
            EXPOSE 0                   | from 1 to 65535
            EXPOSE 80/icmp             | "80/icmp"
            EXPOSE 90-80               | "90-80"
            EXPOSE 8080:80             | "8080:80"
            EXPOSE $NOTHING            | ""
            EXPOSE 80 http             | "http"
            VOLUME ['/a']              | double quotes
            VOLUME []                  | path is missing
            VOLUME data                | absolute
            VOLUME ["/a", ""]          | absolute
            VOLUME /a/..               | below /
            WORKDIR $NOTHING           | path is missing
            STOPSIGNAL SIGNONE         | "SIGNONE" is no signal
            STOPSIGNAL 65              | "65" is no signal
            USER a b                   | "a b" is no user
            ONBUILD ONBUILD RUN x      | ONBUILD cannot be triggered
            ONBUILD FROM x             | FROM cannot be triggered
            ONBUILD echo x             | ECHO cannot be triggered
            HEALTHCHECK curl           | HEALTHCHECK NONE
            HEALTHCHECK CMD            | command is missing
            HEALTHCHECK CMD []         | command is missing
            HEALTHCHECK NONE x         | stands alone
            HEALTHCHECK --interval=1 CMD x     | --interval=1 is no time
            HEALTHCHECK --timeout=1us CMD x    | at least 1ms
            HEALTHCHECK --retries=-1 CMD x     | retries
            HEALTHCHECK --often=1s CMD x       | no option --often
            RUN make                   | belongs to the build
            SHELL ["a"]                | belongs to the build
            CMDX a                     | no such instruction
            """)
    void whatIsWrongIsRefusedWithTheInstruction(String instruction, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("USER app", instruction))
                .withMessageStartingWith("the change \"%s\": ", instruction)
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "# nothing", "\\\n"})
    void nothingIsNoInstruction(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(text))
                .withMessageContaining("instruction of a Dockerfile");
    }
}

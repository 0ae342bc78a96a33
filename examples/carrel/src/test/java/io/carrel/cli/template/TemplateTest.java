package io.carrel.cli.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Go's text/template and docker make of the same templates and documents. */
class TemplateTest {

    private static final JsonNode DATA = JsonMapper.shared().readTree("""
            {"Name": "web", "Pid": 12, "Load": 0.5, "Running": true, "None": null, "Empty": "", "Zero": 0,
             "State": {"Status": "running", "ExitCode": 0},
             "Ports": {"80/tcp": [{"HostPort": "8080"}, {"HostPort": "8081"}], "443/tcp": []},
             "Env": ["A=1", "B=2"], "Nets": {"b": {"IP": "10.0.0.2"}, "a": {"IP": "10.0.0.1"}}}""");

    private static String fill(String template) {
        return Template.parse(template).fill(DATA);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "text#text",
                "{{.Name}}#web",
                "{{ .Name }} and {{.Pid}}#web and 12",
                "{{.Load}} {{.Running}} {{.None}}#0.5 true <no value>",
                "{{.State.Status}}#running",
                "{{.None.Further.Still}}#<no value>",
                "{{.Env}}#[A=1 B=2]",
                "{{.State}}#map[ExitCode:0 Status:running]",
                "{{json .Env}}#[\"A=1\",\"B=2\"]",
                "{{.Env | json}}#[\"A=1\",\"B=2\"]",
                "{{json .}}x{{/* a comment }} */}}#%WHOLE%x",
                "{{range .Env}}<{{.}}>{{end}}#<A=1><B=2>",
                "{{range $i, $e := .Env}}{{$i}}={{$e}};{{end}}#0=A=1;1=B=2;",
                "{{range $name, $net := .Nets}}{{$name}}:{{$net.IP}} {{end}}#a:10.0.0.1 b:10.0.0.2 ",
                "{{range .Nets}}{{.IP}} {{$.Name}};{{end}}#10.0.0.1 web;10.0.0.2 web;",
                "{{range .Empty}}x{{else}}none{{end}}#none",
                "{{(index (index .Ports \"80/tcp\") 0).HostPort}}#8080",
                "{{(index .Ports \"80/tcp\" 1).HostPort}}#8081",
                "{{index .Ports \"1/udp\"}}#<no value>",
                "{{if .Running}}on{{else}}off{{end}}#on",
                "{{if .Zero}}a{{else if .Empty}}b{{else if eq .Pid 12}}c{{else}}d{{end}}#c",
                "{{if and .Running (gt .Pid 10) (not .None)}}yes{{end}}#yes",
                "{{if or .Empty .None}}yes{{else}}no{{end}}#no",
                "{{with .State}}{{.Status}}{{end}}{{with .Empty}}x{{else}}-{{end}}#running-",
                "{{with $s := .State}}{{$s.ExitCode}}{{end}}#0",
                "{{$x := .Name}}{{$x}}{{$x | upper | printf \"%s|%5s|%-4s|%%|%d\" \"x\" \"b\" \"c\"}}#webx|    b|c   |%|WEB",
                "{{printf \"%s is %q\" .Name .Name}}#web is \"web\"",
                "{{printf \"%-5s|%4d|\" .Name .Pid}}#web  |  12|",
                "{{len .Env}} {{len .Name}} {{len .Ports}}#2 3 2",
                "{{join .Env \", \"}}#A=1, B=2",
                "{{index (split .Name \"e\") 1}}#b",
                "{{title .Name}} {{lower \"ABC\"}} {{truncate .Name 2}}|{{pad .Name 1 2}}|#Web abc we| web  |",
                "{{.Name | printf \"%s-%s\" \"a\"}}#a-web",
                "{{println .Name .Pid}}#web 12~LINE~",
                "a {{- .Name -}} b#awebb",
                "{{\"}}\"}}{{`a\\n`}}{{\"x\\ty\"}}#}}a\\n~TAB~",
                "{{if ne .Name \"web\"}}x{{end}}{{if le 1 1}}le{{end}}{{if lt 2.5 10}}lt{{end}}{{if ge \"b\" \"a\"}}ge{{end}}#leltge",
                "{{eq .Name \"a\" \"web\"}} {{true}} {{nil}}#true true <no value>"
            })
    void aTemplateIsFilledInAsGoDoes(String template, String expected) {
        assertThat(fill(template))
                .isEqualTo(expected.replace("%WHOLE%", JsonMapper.shared().writeValueAsString(DATA))
                        .replace("~LINE~", "\n")
                        .replace("~TAB~", "x\ty"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {
                "{{.Nope}}#the template asks for .Nope, but there is only .Name .Pid .Load",
                "{{.State.Nope}}#the template asks for .Nope, but there is only .Status .ExitCode",
                "{{.Name.Further}}#the template asks for .Further of \"\"web\"\", which has no fields",
                "{{nope .Name}}#a template has no function nope; there are json, upper",
                "{{.Name | .Pid}}#after | comes one of json",
                "{{index .Env 2}}#the template asks for number 2 of 2",
                "{{index .Name 0}}#the template cannot take 0 of",
                "{{join .Env}}#the template's join takes 2 arguments, not 1",
                "{{$x}}#the template has not set $x",
                "{{.Name#an action of the template does not end",
                "{{if .Name}}x#the template has too few {{end}}",
                "{{end}}#an {{end}} of the template is out of place",
                "{{else}}#an {{else}} of the template is out of place",
                "{{if .A}}{{else}}{{else}}{{end}}#an {{else}} of the template is out of place",
                "{{(.Name}}#a ) is missing in {{(.Name}}",
                "{{}}#something is missing in {{}}",
                "{{.Name ? }}#a template cannot have \"?\"",
                "{{.Name .Pid}}#not understood: {{.Name .Pid}}",
                "{{lt .Name 1}}#the template cannot compare"
            })
    void whatIsWrongIsSaid(String template, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> fill(template)).withMessageStartingWith(message);
    }

    @Test
    void aLineMayHaveTabsAsTheShellLeavesThem() {
        assertThat(Template.line("{{.Name}}\\t{{.Pid}}\\n").fill(DATA)).isEqualTo("web\t12\n");
        assertThat(Template.parse("{{.Name}}\\t").fill(DATA)).isEqualTo("web\\t");
    }
}

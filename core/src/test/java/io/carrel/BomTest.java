package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.ProjectFiles;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class BomTest {

    private static List<String> values(Document document, String path) throws Exception {
        NodeList nodes =
                (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(index -> nodes.item(index).getTextContent().strip())
                .toList();
    }

    private static Document parse(String file) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ProjectFiles.directory().resolve(file).toFile());
    }

    @Test
    void namesEveryModuleThatIsReleased() throws Exception {
        List<String> released = values(parse("pom.xml"), "/project/modules/module").stream()
                .filter(module -> !module.equals("bom") && !module.equals("examples"))
                .map(module -> "carrel-" + module)
                .toList();
        assertThat(values(parse("bom/pom.xml"), "/project/dependencyManagement/dependencies/dependency/artifactId"))
                .containsExactlyElementsOf(released);
    }

    @Test
    void hasTheVersionOfTheModules() throws Exception {
        assertThat(values(parse("bom/pom.xml"), "/project/version"))
                .isEqualTo(values(parse("pom.xml"), "/project/version"));
    }
}

using System.Xml.Linq;
using InboundBridge.Rules.Testing;

namespace InboundBridge.Commands;

/// <summary>Rule tests in the form that continuous-integration servers read.</summary>
internal static class JUnitReport
{
    public static string Write(RuleTestReport report)
    {
        var suite = new XElement(
            "testsuite",
            new XAttribute("name", "rules"),
            new XAttribute("tests", report.Results.Count),
            new XAttribute("failures", report.Results.Count(result => !result.Passed)),
            report.Results.Select(Case));
        return new XDocument(new XDeclaration("1.0", "utf-8", null), new XElement("testsuites", suite)) is var document
            ? document.Declaration + "\n" + document + "\n"
            : string.Empty;
    }

    private static XElement Case(RuleTestResult result) => new(
        "testcase",
        new XAttribute("classname", Printable(result.Test.Position.File)),
        new XAttribute("name", Printable(result.Test.Name)),
        new XAttribute("file", Printable(result.Test.Position.File)),
        new XAttribute("line", result.Test.Position.Line),
        result.Failures.Select(failure => new XElement("failure", new XAttribute("message", Printable(failure.Text)), Printable(failure.ToString()))));

    /// <summary>XML 1.0 has no control characters, not even escaped.</summary>
    private static string Printable(string text) => string.Concat(text.Select(letter => System.Xml.XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter) ? letter : '\uFFFD'));
}

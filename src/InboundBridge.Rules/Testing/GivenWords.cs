using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>Reports values of a rule test that its fact never has: a test with a misspelt verdict would prove nothing.</summary>
internal static class GivenWords
{
    private static readonly string[] TlsVersions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

    public static void Check(YamlNode node, Fact fact, RuleSetEnvironment environment, SourceProblems problems)
    {
        if (node is not YamlScalar { IsNull: false } scalar)
            return;
        if (fact.Type == FactType.Address && !AddressRangePattern.TryRead(scalar.Value, out _))
            problems.Error(node.Position, $"'{ShownText.Cut(scalar.Value)}' is not an IP address", "as in 192.0.2.1 or 2001:db8::1");
        if (fact == Fact.Tls && !TlsVersions.Contains(scalar.Value, StringComparer.Ordinal))
            Never(node, fact, scalar.Value, $"true, false, or one of {string.Join(", ", TlsVersions)}", problems);
        if (FactWords.Of(fact, environment) is not { } words || words.Values.Contains(scalar.Value, StringComparer.Ordinal))
            return;
        if (words.AreAll)
            Never(node, fact, scalar.Value, words.Hint(scalar.Value), problems);
        else
            problems.Warn(node.Position, $"'{fact}' is never '{ShownText.Cut(scalar.Value)}'", words.Hint(scalar.Value));
    }

    private static void Never(YamlNode node, Fact fact, string value, string? hint, SourceProblems problems) =>
        problems.Error(node.Position, $"'{fact}' is never '{ShownText.Cut(value)}'", hint);
}

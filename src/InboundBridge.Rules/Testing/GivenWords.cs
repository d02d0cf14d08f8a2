using System.Net;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>Reports values of a rule test that its fact never has: a test with a misspelt verdict would prove nothing.</summary>
internal static class GivenWords
{
    public static void Check(YamlNode node, Fact fact, SourceProblems problems)
    {
        if (node is not YamlScalar { IsNull: false } scalar)
            return;
        if (fact.Type == FactType.Address && !IPAddress.TryParse(scalar.Value, out _))
            problems.Error(node.Position, $"'{ShownText.Cut(scalar.Value)}' is not an IP address", "as in 192.0.2.1 or 2001:db8::1");
        if (fact.Values is { } words && !words.Contains(scalar.Value, StringComparer.Ordinal))
            problems.Error(node.Position, $"'{fact}' is never '{ShownText.Cut(scalar.Value)}'", NearestName.Hint(scalar.Value, words));
    }
}

using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.Patterns;

/// <summary>Names of captures and vars.</summary>
internal static class VariableName
{
    /// <summary>Names that every template may use. A capture or var can't have one of them.</summary>
    public static readonly IReadOnlyList<string> BuiltIn =
    [
        "recipient", "recipient_local", "recipient_tag", "recipient_domain", .. Filled(isChecked: false), "id", .. Filled(isChecked: true),
    ];

    public static bool IsBuiltIn(string name) => BuiltIn.Contains(name, StringComparer.Ordinal);

    private static IEnumerable<string> Filled(bool isChecked) =>
        Fact.All.Where(fact => fact.IsInTemplates && isChecked == (fact.Source.Origin == FactOrigin.Check)).Select(fact => fact.Key);

    /// <summary>Null when it is a valid name for a capture or var; else what is wrong with it.</summary>
    public static string? Problem(string name)
    {
        if (name.Length is 0 or > 64 || !char.IsAsciiLetter(name[0]) && name[0] != '_'
            || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            return $"'{{{name}}}' is not a capture: a name is made of letters, digits and _";
        return IsBuiltIn(name) ? $"'{name}' already means the message's own value" : null;
    }
}

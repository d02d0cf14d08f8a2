using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;
using InboundBridge.Ui.Routing;
using InboundBridge.Yaml;

namespace InboundBridge.Ui.Pages.Playground;

/// <summary>A field for each fact that a rule test can give. They come from the catalogue of facts, so none is missing.</summary>
/// <param name="Values">The only values that there are; null for free text.</param>
public sealed record GivenField(string Key, string Summary, IReadOnlyList<string>? Values, string Hint)
{
    /// <summary>In the form.</summary>
    public string Name => GivenFields.Prefix + Key;
}

public sealed record GivenGroup(string Title, IReadOnlyList<GivenField> Fields);

internal static class GivenFields
{
    public const string Prefix = "given.";

    /// <summary>The form has fields of its own for these.</summary>
    private static readonly Fact[] Elsewhere = [Fact.ClientIp, Fact.Helo, Fact.Sender];

    public static readonly IReadOnlyList<GivenGroup> Groups =
    [
        new("Verdicts of checks and scanners", Of(FactOrigin.Check)),
        new("Session", [.. Of(FactOrigin.Session),
            new GivenField(GivenValues.TimeKey, "when the mail comes", null, "2026-01-31T09:30:00Z")]),
        new("Mail, as rules see it", [.. Of(FactOrigin.Header), .. Of(FactOrigin.Content)]),
    ];

    /// <summary>What is filled in, by the keys of the facts.</summary>
    public static IReadOnlyDictionary<string, string> Read(UiForm form)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in Groups.SelectMany(group => group.Fields))
        {
            if (form.Text(field.Name) is { } text)
                given[field.Key] = text;
        }
        return given;
    }

    public static string Problem(IReadOnlyList<SourceProblem> problems)
    {
        var texts = problems.Where(problem => !problem.IsWarning)
            .Select(problem => problem.Hint is { } hint ? $"{problem.Text} ({hint})" : problem.Text);
        return $"Given facts: {string.Join("; ", texts)}.";
    }

    private static List<GivenField> Of(FactOrigin origin) =>
    [
        .. Fact.All.Where(fact => fact.Source.Origin == origin && !Elsewhere.Contains(fact))
            .Select(fact => new GivenField(fact.Key, fact.Summary, fact.Values, HintOf(fact))),
    ];

    private static string HintOf(Fact fact) => fact switch
    {
        { IsSwitch: true } => $"{(fact.ValueOfTrue == "yes" ? "a value" : fact.ValueOfTrue)}, true or false",
        { UsualValues: [var usual, ..] } => usual,
        { Type: FactType.Number } => "a number",
        { Type: FactType.Instant } => "2026-01-31T09:30:00Z",
        { Type: FactType.Attachments } => "[{ name: a.pdf }]",
        _ => "a text, or [a, b]",
    };
}

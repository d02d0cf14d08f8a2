using System.Text.Json.Nodes;
using InboundBridge.Importing.Reading;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Writing;

/// <summary>A rule that says what a provider's route says, as far as a rule can.</summary>
internal sealed class ImportedRule
{
    /// <summary>What the provider calls it. Names are made different from each other when they are written.</summary>
    public required string Name { get; init; }

    /// <summary>Lines above the rule: where it comes from, and what it can't say.</summary>
    public List<string> Comments { get; } = [];

    /// <summary>Null: every mail.</summary>
    public JsonObject? When { get; set; }

    /// <summary>Empty: no rule can say it, and only the comments are written.</summary>
    public JsonArray Then { get; } = [];

    /// <summary>Rules below may act too.</summary>
    public bool Continue { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>Something of the route is in the comments only.</summary>
    public bool IsIncomplete { get; set; }

    /// <summary>Whether it matches mail for a recipient; null where other facts decide too.</summary>
    public Func<string, bool>? Selects { get; set; }

    /// <summary>A recipient that it matches, for its test; null where none is known.</summary>
    public string? Sample { get; set; }

    public bool Ends => Enabled && !Continue && Then.Count > 0;

    public void Do(string action, JsonNode? value) => Then.Add((JsonNode?)new JsonObject { [action] = value });

    /// <summary>Makes it match all mail of a domain.</summary>
    /// <param name="localPart">Of the recipient of its test.</param>
    public void TakeDomain(string domain, string localPart = "anybody")
    {
        When = new JsonObject { ["recipient_domain"] = domain };
        Sample = $"{localPart}@{domain}";
        Selects = recipient => recipient.EndsWith($"@{domain}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Braces would begin a template in the texts of rules.</summary>
    public static string Literal(string text) =>
        text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    /// <summary>Notes the keys of an export's object that the import does not know, so that nothing is dropped without a word.</summary>
    /// <param name="what">What has them, for the note. Values are not shown: they may be secrets.</param>
    public void LacksUnread(YamlMapping read, IReadOnlySet<string> known, string what)
    {
        foreach (var entry in read.Entries.Where(entry => !known.Contains(entry.Key.Value) && SaysSomething(entry.Value)))
            Lacks($"this import does not know '{TextShown.Of(entry.Key.Value)}' of {what}: see whether it matters");
    }

    /// <summary>Notes that the rule says less than the route.</summary>
    public void Lacks(string comment)
    {
        IsIncomplete = true;
        Comments.Add($"NOT THE SAME: {comment}");
    }

    private static bool SaysSomething(YamlNode value) => value switch
    {
        YamlScalar scalar => !scalar.IsNull && scalar.Value.Length > 0,
        YamlSequence sequence => sequence.Items.Count > 0,
        YamlMapping mapping => mapping.Entries.Count > 0,
        _ => true,
    };
}

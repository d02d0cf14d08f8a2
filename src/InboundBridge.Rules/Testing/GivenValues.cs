using System.Text;
using System.Text.Json;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.ScriptCalls;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>Facts that somebody gives for a mail to be tried out, as <c>given</c> of a rule test does.</summary>
/// <param name="Texts">By key, as they were written.</param>
/// <param name="Time">When the mail comes; null: now.</param>
public sealed record GivenValues(
    IReadOnlyDictionary<string, string> Texts, IReadOnlyDictionary<Fact, FactValue> Facts, DateTimeOffset? Time)
{
    /// <summary>The key of the time, which is no fact.</summary>
    public const string TimeKey = "time";

    public static GivenValues None { get; } =
        new(new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<Fact, FactValue>(), null);

    /// <summary>
    /// What a check finds out is given. Then no check is asked, and those that are not given have found nothing, as in a rule test.
    /// </summary>
    public bool ReplacesChecks { get; } = Facts.Keys.Any(fact => fact.Source.Origin == FactOrigin.Check);

    /// <summary>The verdicts that payloads and scripts see: the object of docs/sender.md.</summary>
    public string VerdictsJson()
    {
        var facts = new GivenFacts("given");
        foreach (var (fact, value) in Facts)
            facts[fact] = value;
        return ScriptVerdicts.From(facts).ToJsonString();
    }

    /// <summary>Reads the texts by the rules for rule tests. Null, with the problems, where one can't be.</summary>
    /// <param name="texts">
    /// By key: a word, <c>true</c> or <c>false</c>, a number, or a list such as <c>[a, b]</c>.
    /// </param>
    public static GivenValues? Read(
        IReadOnlyDictionary<string, string> texts, RuleSetEnvironment environment, SourceProblems problems)
    {
        var yaml = new StringBuilder();
        foreach (var (key, text) in texts)
            yaml.Append(JsonSerializer.Serialize(key)).Append(": ").Append(Written(text)).Append('\n');
        if (texts.Count == 0)
            return None;
        var node = YamlReader.Read(yaml.ToString(), "given", problems);
        return problems.HasErrors || node is null || RuleTestReader.ReadGiven(node, environment, problems) is not { } given
            ? null : new GivenValues(texts, given.Facts, given.Time);
    }

    /// <summary>Lists, truths, numbers and quoted texts as they are; everything else is a text, whatever YAML would make of it.</summary>
    private static string Written(string text) =>
        text[0] is '[' or '{' or '"' or '\'' || text is "true" or "false" or "null" || text.All(char.IsAsciiDigit)
            ? text.ReplaceLineEndings(" ") : JsonSerializer.Serialize(text);
}

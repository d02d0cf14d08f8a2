using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Loading;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>Compares a decision with the expectations of a test. Each difference is a failure at the expectation's position.</summary>
/// <param name="problems">Expectations that can't be read.</param>
internal sealed class RuleExpectations(RuleSet set, RuleDecision decision, RuleStage stage, SourceProblems problems)
{
    private Func<Rule, bool> _wanted = _ => false;

    /// <summary>Every expectation that there is where these kinds of destination are.</summary>
    public static IReadOnlyList<string> KeysWith(IEnumerable<RuleDestinationKind> kinds) =>
    [
        "rule", "matched", "default", .. kinds.Select(kind => kind.Name),
        "hold", "reject", "defer", "discard", "to", "vars", "tags", "headers", "removed_headers", "stage", RequestExpectation.Key,
    ];

    public List<FailedExpectation> Failures { get; } = [];

    public void Check(YamlEntry entry)
    {
        var (key, value) = (entry.Key.Value, entry.Value);
        _wanted = WantedRules.Of(set, key, value);
        switch (key)
        {
            case "rule":
                Same(key, value, decision.Rule);
                break;
            case "matched":
                Contains(value, decision.MatchedRules, "matched rules");
                break;
            case "default":
                Flag(value, decision is { Refusal: null, Deliveries.Count: 0 }, "the default applies");
                break;
            case "hold":
                Held(value);
                break;
            case "reject":
                Refused(value, RuleRefusalKind.Reject, key);
                break;
            case "defer":
                Refused(value, RuleRefusalKind.Defer, key);
                break;
            case "discard":
                Refused(value, RuleRefusalKind.Discard, key);
                break;
            case "to":
                Contains(value, decision.Deliveries.Select(delivery => delivery.Recipient).ToList(), "delivered to");
                break;
            case "vars":
                Pairs(value, decision.Vars, "var");
                break;
            case "tags":
                Contains(value, decision.Tags, "tags");
                break;
            case "headers":
                Pairs(value, decision.HeaderEdits.Where(edit => edit.Value is not null)
                    .DistinctBy(edit => edit.Name, StringComparer.OrdinalIgnoreCase)
                    .ToDictionary(edit => edit.Name, edit => edit.Value!, StringComparer.OrdinalIgnoreCase), "header");
                break;
            case "removed_headers":
                Contains(value, decision.HeaderEdits.Where(edit => edit.Value is null).Select(edit => edit.Name).ToList(),
                    "removed header fields");
                break;
            case "stage":
                Same(key, value, stage.ToString().ToLowerInvariant());
                break;
            default:
                Delivered(key, value);
                break;
        }
    }

    private string Outcome => decision switch
    {
        { Errors: [var error, ..] } => $"a rule failed: {error.Text}",
        { Refusal: { } refusal } =>
            $"{refusal.Kind.ToString().ToLowerInvariant()} {refusal.Code} {refusal.Enhanced} {refusal.Text} (rule '{decision.Rule}')",
        { Deliveries: { Count: > 0 } deliveries } =>
            $"{string.Join(", ", deliveries.Select(delivery => delivery.Destination ?? "held"))} (rule '{decision.Rule}')",
        _ => "no rule decided, the default applies",
    };

    private void Fail(YamlNode where, string text) =>
        Failures.Add(new FailedExpectation(where.Position, text, [.. set.Rules.Where(_wanted)]));

    private void Same(string key, YamlNode value, string? actual)
    {
        var expected = value is YamlScalar { IsNull: false } scalar ? scalar.Value : null;
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
            Fail(value, $"{key}: expected {Quoted(expected, $"no {key}")}, got {Quoted(actual, $"no {key}")}; outcome: {Outcome}");
    }

    /// <summary>Quotes tell a value such as <c>none</c> from no value.</summary>
    private static string Quoted(string? value, string otherwise) => value is null ? otherwise : $"'{value}'";

    private void Flag(YamlNode value, bool actual, string what)
    {
        if (YamlShape.Boolean(value, "it", problems) is { } expected && expected != actual)
            Fail(value, $"expected that {what}: {(expected ? "yes" : "no")}; outcome: {Outcome}");
    }

    private void Contains(YamlNode value, IReadOnlyList<string> actual, string what)
    {
        foreach (var item in YamlShape.Items(value))
        {
            if (YamlShape.Text(item, "it", problems) is { } expected && !actual.Contains(expected, StringComparer.OrdinalIgnoreCase))
            {
                var got = actual.Count == 0 ? "nothing" : string.Join(", ", actual.Select(each => $"'{each}'"));
                Fail(item, $"{what}: expected '{expected}', got {got}");
            }
        }
    }

    private void Pairs(YamlNode value, IReadOnlyDictionary<string, string> actual, string what)
    {
        if (YamlShape.Mapping(value, $"each {what}", problems) is not { } mapping)
            return;
        foreach (var entry in mapping.Entries)
        {
            var expected = entry.Value is YamlScalar { IsNull: false } scalar ? scalar.Value : null;
            var got = actual.GetValueOrDefault(entry.Key.Value);
            if (!string.Equals(expected, got, StringComparison.Ordinal))
                Fail(entry.Value, $"{what} '{entry.Key.Value}': expected {Quoted(expected, "no value")}, got {Quoted(got, "no value")}");
        }
    }

    /// <summary>Compares the deliveries of one kind exactly; an empty list or false expects none.</summary>
    private void Delivered(string kind, YamlNode value)
    {
        var actual = decision.Deliveries.Where(delivery => delivery.Destination is not null && set.KindOf(delivery.Destination) == kind)
            .ToList();
        var expected = YamlShape.AsBoolean(value) == false ? [] : YamlShape.Items(value);
        if (actual.Count != expected.Count)
            Fail(value, $"expected {expected.Count} {kind} deliveries, got {actual.Count}; outcome: {Outcome}");
        // Those with options first, so that a name alone does not take the delivery which another one asks for.
        foreach (var item in expected.OrderBy(item => item is not YamlMapping))
        {
            var name = (item is YamlMapping options ? options["destination"] : item) is YamlScalar scalar ? scalar.Value : string.Empty;
            // A destination may get the mail several times, for several addresses: each of them stands for one expectation.
            var candidates = actual.Where(delivery => delivery.Destination == name).ToList();
            var found = candidates.Find(delivery => item is not YamlMapping wanted || !Differences(wanted, delivery).Any())
                ?? candidates.FirstOrDefault();
            if (found is null)
            {
                Fail(item, $"expected {kind} '{name}'; outcome: {Outcome}");
                continue;
            }
            actual.Remove(found);
            foreach (var (entry, text) in item is YamlMapping mapping ? Differences(mapping, found) : [])
                Fail(entry.Value, text);
        }
    }

    private static IEnumerable<(YamlEntry Entry, string Text)> Differences(YamlMapping expected, RuleDelivery delivery)
    {
        var actual = delivery.OptionsJson is null ? [] : (JsonObject)JsonNode.Parse(delivery.OptionsJson)!;
        foreach (var entry in expected.Entries.Where(entry => entry.Key.Value != "destination"))
        {
            var got = entry.Key.Value == "to" ? JsonValue.Create(delivery.Recipient) : actual[entry.Key.Value];
            var wanted = YamlJson.Convert(entry.Value);
            if (!JsonNode.DeepEquals(got, wanted))
                yield return (entry, $"'{entry.Key.Value}': expected {Shown(wanted)}, got {Shown(got)}");
        }
    }

    private static string Shown(JsonNode? value) => value?.ToJsonString(SubsetComparison.Layout) ?? "no value";

    private void Held(YamlNode value)
    {
        var reasons = decision.Deliveries.Select(delivery => delivery.HoldReason).OfType<string>().ToList();
        if (YamlShape.AsBoolean(value) is not null)
            Flag(value, reasons.Count > 0, "it is held");
        else if (value is not YamlScalar scalar || !reasons.Exists(reason => Like(reason, scalar)))
            Fail(value, $"expected hold '{YamlText.Write(value)}', got {(reasons.Count == 0 ? Outcome : string.Join(", ", reasons))}");
    }

    private void Refused(YamlNode value, RuleRefusalKind kind, string key)
    {
        var refusal = decision.Refusal?.Kind == kind ? decision.Refusal : null;
        if (YamlShape.AsBoolean(value) is not null)
        {
            Flag(value, refusal is not null, $"the answer is {key}");
            return;
        }
        if (refusal is null)
        {
            Fail(value, $"expected {key}; outcome: {Outcome}");
            return;
        }
        if (value is not YamlMapping mapping)
        {
            if (value is not YamlScalar text || !Like(refusal.Text, text))
                Fail(value, $"expected text '{YamlText.Write(value)}', got '{refusal.Text}'");
            return;
        }
        YamlShape.OnlyKeys(mapping, $"key of '{key}'", RefuseReader.Keys, problems);
        foreach (var (part, got) in new[] { ("code", $"{refusal.Code}"), ("enhanced", refusal.Enhanced), ("text", refusal.Text) })
        {
            if (mapping[part] is YamlScalar wanted && !Like(got, wanted))
                Fail(wanted, $"{part}: expected '{wanted.Value}', got '{got}'");
        }
    }

    /// <summary>Texts may be given as globs.</summary>
    private static bool Like(string actual, YamlScalar expected) =>
        actual == expected.Value
        || GlobPattern.Compile(expected.Value, expected.Position, 0, new SourceProblems())?.Matches(FactValue.Of(actual),
            new PatternContext()) == true;
}

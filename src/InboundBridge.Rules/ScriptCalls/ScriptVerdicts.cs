using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.ScriptCalls;

/// <summary>
/// The member <c>authentication</c> of the message as scripts see it in rule tests: the object of docs/sender.md, filled as far as the
/// facts go. What is not given is <c>none</c>.
/// </summary>
internal static class ScriptVerdicts
{
    public static JsonObject From(MessageFacts facts)
    {
        var name = Text(facts.Get(Fact.ClientName));
        return new JsonObject
        {
            ["verdict"] = "none",
            ["reasons"] = new JsonArray(),
            ["iprev"] = new JsonObject { ["result"] = name is null ? "none" : "pass", ["name"] = name },
            ["spf"] = new JsonObject
            {
                ["result"] = Word(facts.Get(Fact.Spf)),
                ["scope"] = "mfrom",
                ["domain"] = Text(facts.Get(Fact.SenderDomain)) ?? string.Empty,
                ["explanation"] = Text(facts.Get(Fact.SpfExplanation)),
                ["mechanism"] = null,
            },
            ["dkim"] = Signatures(facts),
            ["dmarc"] = new JsonObject
            {
                ["result"] = Word(facts.Get(Fact.Dmarc)),
                ["policy"] = Text(facts.Get(Fact.DmarcPolicy)),
                ["published"] = null,
                ["domain"] = string.Empty,
                ["alignment"] = new JsonArray(),
            },
            ["arc"] = new JsonObject { ["result"] = Word(facts.Get(Fact.Arc)), ["sealers"] = new JsonArray(), ["trusted"] = false },
            ["dnsbl"] = new JsonArray([
                .. All(facts.Get(Fact.Dnsbl)).Select(zone => new JsonObject { ["zone"] = zone, ["code"] = null }),
                .. All(facts.Get(Fact.Dnswl)).Select(zone => new JsonObject { ["zone"] = zone, ["code"] = null, ["allow"] = true }),
            ]),
            ["spam"] = Spam(facts),
            ["virus"] = Text(facts.Get(Fact.Virus)),
        };
    }

    /// <summary>A signature for each domain that passes, or a single one without a domain that has the given result.</summary>
    private static JsonArray Signatures(MessageFacts facts)
    {
        var result = Word(facts.Get(Fact.Dkim));
        var domains = All(facts.Get(Fact.DkimDomain));
        if (domains.Count > 0)
            return [.. domains.Select(domain => Signature("pass", domain))];
        return result == "none" ? [] : [Signature(result, string.Empty)];
    }

    private static JsonObject Signature(string result, string domain) => new()
    {
        ["result"] = result,
        ["reason"] = null,
        ["domain"] = domain,
        ["identity"] = null,
        ["selector"] = null,
        ["algorithm"] = null,
        ["bits"] = null,
    };

    private static JsonObject? Spam(MessageFacts facts)
    {
        var (score, action) = (facts.Get(Fact.SpamScore), Text(facts.Get(Fact.SpamAction)));
        if (score.Shape != FactShape.Number && action is null)
            return null;
        return new JsonObject { ["score"] = score.Shape == FactShape.Number ? score.Number : 0, ["action"] = action ?? "no action" };
    }

    private static string Word(in FactValue value) => Text(value) ?? "none";

    private static string? Text(in FactValue value) => All(value) is [var first, ..] ? first : null;

    private static IReadOnlyList<string> All(in FactValue value) => value.Shape switch
    {
        FactShape.Text => [value.Text],
        FactShape.Texts => value.Texts,
        _ => [],
    };
}

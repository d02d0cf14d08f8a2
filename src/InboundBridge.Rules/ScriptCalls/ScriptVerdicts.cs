using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.ScriptCalls;

/// <summary>
/// The member <c>authentication</c> of the message in rule tests, for scripts of rules and for the requests that are compared: the object
/// of docs/sender.md, filled as far as the facts go. What is not given is <c>none</c>.
/// </summary>
internal static class ScriptVerdicts
{
    public static JsonObject From(MessageFacts facts)
    {
        var name = Text(facts.Get(Fact.ClientName));
        var sender = Text(facts.Get(Fact.SenderDomain));
        var verdicts = new JsonObject
        {
            ["verdict"] = Word(facts.Get(Fact.Verdict)),
            ["reasons"] = new JsonArray(),
            ["iprev"] = new JsonObject { ["result"] = name is null ? "none" : "pass", ["name"] = name },
            ["spf"] = new JsonObject
            {
                ["result"] = Word(facts.Get(Fact.Spf)),
                ["scope"] = string.IsNullOrEmpty(sender) ? "helo" : "mfrom",
                ["domain"] = string.IsNullOrEmpty(sender) ? Text(facts.Get(Fact.Helo)) ?? string.Empty : sender,
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
        if (Text(facts.Get(Fact.Virus)) is not null)
            verdicts["virus_scanned"] = true;
        if (ContentSignatures(facts) is { Count: > 0 } signatures)
            verdicts["signatures"] = signatures;
        return verdicts;
    }

    /// <summary>
    /// Signatures of S/MIME or OpenPGP, which payloads also show beside this object: one for each signer, or a single one without a signer
    /// that has the given result.
    /// </summary>
    public static JsonArray ContentSignatures(MessageFacts facts)
    {
        var signers = All(facts.Get(Fact.Signer));
        if (signers.Count > 0)
            return [.. signers.Select(signer => ContentSignature("valid", signer))];
        return Text(facts.Get(Fact.Signature)) is { } result and not "none" ? [ContentSignature(result, null)] : [];
    }

    private static JsonObject ContentSignature(string result, string? signer) =>
        new() { ["kind"] = "smime", ["result"] = result, ["signer"] = signer, ["reason"] = null };

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

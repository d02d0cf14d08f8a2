using System.Text.Json;

namespace InboundBridge.MailFlow.Verdicts;

/// <summary>
/// Reads what <see cref="VerdictsJson"/> writes, and objects of other versions: what is missing, or of another type, was not asked.
/// </summary>
public static class VerdictsReader
{
    /// <param name="json">Null: nothing was asked.</param>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static MailVerdicts Read(string? json)
    {
        if (json is null)
            return MailVerdicts.NotAsked;
        using var document = JsonDocument.Parse(json);
        return Read(document.RootElement);
    }

    public static MailVerdicts Read(JsonElement root) => new()
    {
        Verdict = SenderVerdictText.Read(Text(root, "verdict")),
        Reasons = Texts(root, "reasons"),
        Iprev = Member(root, "iprev") is { } iprev ? new IprevVerdict(Result(iprev), Text(iprev, "name")) : IprevVerdict.NotAsked,
        Spf = Member(root, "spf") is { } spf ? ReadSpf(spf) : SpfVerdict.NotAsked,
        Dkim = [.. Items(root, "dkim").Select(ReadSignature)],
        Dmarc = Member(root, "dmarc") is { } dmarc ? ReadDmarc(dmarc) : DmarcVerdict.NotAsked,
        Arc = Member(root, "arc") is { } arc ? ReadArc(arc) : ArcVerdict.NotAsked,
        Dnsbl =
        [
            .. Items(root, "dnsbl").Select(listing => new DnsblListing(
                Text(listing, "zone") ?? string.Empty, Text(listing, "code") ?? string.Empty, IsTrue(listing, "allow"))),
        ],
        DnsblProblems = Texts(root, "dnsbl_problems"),
        Spam = Member(root, "spam") is { } spam ? ReadSpam(spam) : null,
        Virus = Text(root, "virus"),
        VirusScanned = IsTrue(root, "virus_scanned"),
        Signatures = Value(root, "signatures") is { ValueKind: JsonValueKind.Array }
            ? [.. Items(root, "signatures").Select(ReadSignatureOfContent)] : null,
    };

    private static SpfVerdict ReadSpf(JsonElement spf) => new(Result(spf))
    {
        Scope = Text(spf, "scope") ?? "mfrom",
        Domain = Text(spf, "domain") ?? string.Empty,
        Explanation = Text(spf, "explanation"),
        Mechanism = Text(spf, "mechanism"),
        Problem = Text(spf, "reason"),
    };

    private static DkimVerdict ReadSignature(JsonElement signature) => new(Result(signature))
    {
        Reason = Text(signature, "reason"),
        Domain = Text(signature, "domain") ?? string.Empty,
        Identity = Text(signature, "identity"),
        Selector = Text(signature, "selector"),
        Algorithm = Text(signature, "algorithm"),
        Bits = Number(signature, "bits") is { } bits ? (int)bits : null,
        UnsignedOctets = Number(signature, "unsigned_octets") is { } octets ? (long)octets : 0,
        UnsignedFields = Texts(signature, "unsigned_fields"),
        IsPartial = IsTrue(signature, "partial"),
        IsTest = IsTrue(signature, "testing"),
    };

    private static SignatureVerdict ReadSignatureOfContent(JsonElement signature) =>
        new(Text(signature, "kind") ?? string.Empty, SignatureText.Read(Text(signature, "result")))
        {
            Signer = Text(signature, "signer"),
            Reason = Text(signature, "reason"),
        };

    private static DmarcVerdict ReadDmarc(JsonElement dmarc) => new(Result(dmarc))
    {
        Policy = Text(dmarc, "policy"),
        Published = Text(dmarc, "published"),
        Domain = Text(dmarc, "domain") ?? string.Empty,
        AuthorDomain = Text(dmarc, "from") ?? Text(dmarc, "domain") ?? string.Empty,
        Alignment = Texts(dmarc, "alignment"),
        Problem = Text(dmarc, "reason"),
    };

    private static ArcVerdict ReadArc(JsonElement arc) => new(Result(arc))
    {
        Sealers = Texts(arc, "sealers"),
        Trusted = IsTrue(arc, "trusted"),
        UnsignedFields = Texts(arc, "unsigned_fields"),
        Reason = Text(arc, "reason"),
    };

    private static SpamVerdict? ReadSpam(JsonElement spam)
    {
        if (Number(spam, "score") is not { } score)
            return null;
        var symbols = new Dictionary<string, double>(StringComparer.Ordinal);
        if (Member(spam, "symbols") is { } fired)
        {
            foreach (var symbol in fired.EnumerateObject().Where(symbol => symbol.Value.ValueKind == JsonValueKind.Number))
                symbols[symbol.Name] = symbol.Value.GetDouble();
        }
        return new SpamVerdict(score, Text(spam, "action") ?? string.Empty)
        {
            RequiredScore = Number(spam, "required_score"),
            Symbols = symbols,
        };
    }

    private static CheckResult Result(JsonElement parent) =>
        Text(parent, "result") is { } word ? CheckResultText.Read(word) ?? CheckResult.None : CheckResult.None;

    /// <summary>An object; null when there is none.</summary>
    private static JsonElement? Member(JsonElement parent, string name) =>
        Value(parent, name) is { ValueKind: JsonValueKind.Object } member ? member : null;

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        Value(parent, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    private static string[] Texts(JsonElement parent, string name) =>
        Value(parent, name) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    private static string? Text(JsonElement parent, string name) =>
        Value(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static double? Number(JsonElement parent, string name) =>
        Value(parent, name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static bool IsTrue(JsonElement parent, string name) => Value(parent, name) is { ValueKind: JsonValueKind.True };

    private static JsonElement? Value(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : null;
}

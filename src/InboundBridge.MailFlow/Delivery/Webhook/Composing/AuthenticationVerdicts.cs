using System.Text.Json;

namespace InboundBridge.MailFlow.Delivery.Webhook.Composing;

/// <summary>The stored verdicts about the sender's authentication, as the dialects report them. A null result: not checked.</summary>
internal sealed record AuthenticationVerdicts(
    string? Spf, string? SpfDomain, IReadOnlyList<DkimVerdict> Dkim, string? Dmarc, string? DmarcPolicy, string? DmarcDomain)
{
    private static readonly AuthenticationVerdicts None = new(null, null, [], null, null, null);

    /// <summary><c>pass</c> when any signature passes; null when nothing was checked or signed.</summary>
    public string? DkimResult => Dkim.Any(verdict => verdict.Result == "pass") ? "pass" : Dkim.Count > 0 ? Dkim[0].Result : null;

    public static AuthenticationVerdicts Read(string? json)
    {
        if (json is null)
            return None;
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var spf = Member(root, "spf");
        var dmarc = Member(root, "dmarc");
        var signatures = Member(root, "dkim") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
        return new AuthenticationVerdicts(
            Text(spf, "result"), Text(spf, "domain"),
            [
                .. signatures.Select(signature =>
                    new DkimVerdict(Text(signature, "result") ?? "none", Text(signature, "domain") ?? string.Empty)),
            ],
            Text(dmarc, "result"), Text(dmarc, "policy"), Text(dmarc, "domain"));
    }

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;
}

internal sealed record DkimVerdict(string Result, string Domain);

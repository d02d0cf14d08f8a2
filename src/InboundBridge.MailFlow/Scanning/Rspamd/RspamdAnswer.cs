using System.Text.Json;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Scanning.Rspamd;

/// <summary>Reads the JSON that rspamd answers with. Score and action must be there; the rest is optional.</summary>
internal static class RspamdAnswer
{
    /// <exception cref="ScannerUnavailableException">It says nothing about the mail.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static SpamVerdict Read(ReadOnlyMemory<byte> octets)
    {
        using var document = JsonDocument.Parse(octets);
        try
        {
            return Read(document.RootElement);
        }
        catch (InvalidOperationException fault)
        {
            // The document's structure was checked, the encoding of its texts was not.
            throw new ScannerUnavailableException("rspamd's answer is not UTF-8", fault);
        }
    }

    private static SpamVerdict Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new ScannerUnavailableException("rspamd's answer is not an object");
        if (Text(root, "error") is { Length: > 0 } error)
            throw new ScannerUnavailableException($"rspamd: {ScannerText.Printable(error, RspamdLimits.LongestValue)}");
        if (Number(root, "score") is not { } score || Text(root, "action") is not { Length: > 0 } action)
            throw new ScannerUnavailableException("rspamd's answer has no score or no action");
        return new SpamVerdict(score, ScannerText.Printable(action, RspamdLimits.LongestAction))
        {
            RequiredScore = Number(root, "required_score"),
            Symbols = Symbols(root),
        };
    }

    private static Dictionary<string, double> Symbols(JsonElement root)
    {
        var symbols = new Dictionary<string, double>(StringComparer.Ordinal);
        if (!root.TryGetProperty("symbols", out var fired) || fired.ValueKind != JsonValueKind.Object)
            return symbols;
        foreach (var symbol in fired.EnumerateObject())
        {
            if (symbols.Count == RspamdLimits.MostSymbols)
                break;
            if (symbol.Value.ValueKind == JsonValueKind.Object)
                symbols[ScannerText.Printable(symbol.Name, RspamdLimits.LongestSymbol)] = Number(symbol.Value, "score") ?? 0;
        }
        return symbols;
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Null for what is no number that JSON could write again: 1e999.</summary>
    private static double? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())
            ? value.GetDouble() : null;
}

using System.Text;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>
/// Text as PostgreSQL can store it. A mail may hold what no <c>text</c> can: the character NUL, or half of a surrogate pair. Both become
/// U+FFFD; without this a sender could choose a subject that can't be stored.
/// </summary>
internal static class StoredText
{
    public static string? OfNullable(string? text) => text is null ? null : Of(text);

    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !text.Contains('\0', StringComparison.Ordinal))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>What a reader says about a mail, as it says it; <see cref="Fields"/> makes two readers' answers comparable.</summary>
/// <param name="From">Addresses without names, in order, groups flattened.</param>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="Text">The plain text, not made from HTML; null when there is none.</param>
/// <param name="Attachments">
/// Each leaf that is not a text of the mail: its name and the SHA-256 of its decoded octets in lower case hex.
/// </param>
internal sealed partial record MailAnswers(
    IReadOnlyList<string> From, IReadOnlyList<string> To, IReadOnlyList<string> Cc, string? Subject, string? MessageId,
    DateTimeOffset? Date, string? Text, string? Html, IReadOnlyList<(string? Name, string Sha256)> Attachments)
{
    /// <summary>Characters of a text that are compared.</summary>
    private const int TextPrefix = 200;

    /// <summary>
    /// Name → value. Addresses are in lower case; entries without an @ are left out, because nobody can be written to there. White space is
    /// collapsed, attachments are sorted, of the text the first characters count, and of the HTML whether there is any.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Fields() =>
    [
        ("from", Addresses(From)),
        ("to", Addresses(To)),
        ("cc", Addresses(Cc)),
        ("subject", Collapsed(Subject)),
        ("message_id", MessageId ?? ""),
        ("date", Date?.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) ?? ""),
        ("text_prefix", Prefix(Collapsed(Text))),
        ("has_html", Html is null ? "no" : "yes"),
        ("attachment_names", Joined(Attachments.Select(attachment => attachment.Name ?? "").Order(StringComparer.Ordinal))),
        ("attachment_sha256", Joined(Attachments.Select(attachment => attachment.Sha256).Order(StringComparer.Ordinal))),
    ];

    private static string Addresses(IEnumerable<string> addresses) =>
        Joined(addresses.Where(address => address.Contains('@', StringComparison.Ordinal)).Select(address => address.ToLowerInvariant()));

    private static string Joined(IEnumerable<string> texts) => string.Join(" | ", texts);

    private static string Prefix(string text) => text.Length <= TextPrefix ? text : text[..TextPrefix];

    private static string Collapsed(string? text) => text is null ? "" : WhiteSpace().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.ScenarioTests.Mime;

/// <summary>The fields of a message as text by name, so that parsers can be compared.</summary>
internal static partial class ParsedFields
{
    public static IReadOnlyList<string> Names { get; } =
        ["subject", "from", "to", "cc", "message_id", "date", "text_prefix", "has_html", "attachment_names", "attachment_sha256"];

    public static Dictionary<string, string> Ours(string file)
    {
        var mail = MimeMessage.Open(MimeSource.FromMemory(File.ReadAllBytes(file)));
        return new(StringComparer.Ordinal)
        {
            ["subject"] = mail.Subject is { } subject ? Collapse(subject) : "(none)",
            ["from"] = Addresses(mail.From),
            ["to"] = Addresses(mail.To),
            ["cc"] = Addresses(mail.Cc),
            ["message_id"] = mail.MessageId ?? "(none)",
            ["date"] = mail.Date?.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) ?? "(none)",
            ["text_prefix"] = Prefix(Collapse(mail.BodyTexts.Plain() ?? "")),
            ["has_html"] = mail.Html is null ? "False" : "True",
            ["attachment_names"] = Join(mail.Attachments.Select(attachment => attachment.FileName ?? "").Order(StringComparer.Ordinal)),
            ["attachment_sha256"] = Join(mail.Attachments.Select(attachment => attachment.Sha256).Order(StringComparer.Ordinal)),
        };
    }

    public static Dictionary<string, string> Theirs(JsonElement line) =>
        line.TryGetProperty("error", out var error)
            ? new(StringComparer.Ordinal) { ["error"] = error.GetString()! }
            : Names.ToDictionary(name => name, name => Text(line.GetProperty(name)), StringComparer.Ordinal);

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "(none)",
        JsonValueKind.Array => Join(value.EnumerateArray().Select(item => item.GetString() ?? "").Order(StringComparer.Ordinal)),
        _ => value.ToString(),
    };

    private static string Addresses(IEnumerable<MailboxAddress> list) =>
        Join(list.Where(mailbox => mailbox.Address.Length > 0).Select(mailbox => mailbox.Address.ToLowerInvariant())
            .Order(StringComparer.Ordinal));

    private static string Join(IEnumerable<string> texts) => string.Join(" | ", texts);

    private static string Prefix(string text) => text.Length <= 200 ? text : text[..200];

    private static string Collapse(string text) => WhiteSpace().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}

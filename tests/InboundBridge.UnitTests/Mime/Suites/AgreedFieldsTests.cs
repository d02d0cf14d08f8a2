using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.Mime;

namespace InboundBridge.UnitTests.Mime.Suites;

/// <summary>
/// The public mails on whose fields three unrelated parsers agree. Each value that we read differently stands, with the reason, in
/// <c>tests/testdata/messages/agreed-fields.differences.tsv</c>; a new difference fails, and so does a listed one that is none any more.
/// </summary>
public partial class AgreedFieldsTests
{
    [Fact]
    public void At_least_99_percent_are_read_alike_and_each_difference_is_explained()
    {
        var folder = PublicSuites.Find("mime");
        var total = 0;
        var differences = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(folder, "expected.jsonl")).Where(line => line.Length > 0))
        {
            using var document = JsonDocument.Parse(line);
            var file = document.RootElement.GetProperty("file").GetString()!;
            var mail = MimeMessage.Open(MimeSource.FromMemory(File.ReadAllBytes(Path.Combine(folder, file))));
            foreach (var field in document.RootElement.GetProperty("expect").EnumerateObject())
            {
                total++;
                var expected = Normal(field.Name, field.Value);
                var actual = Actual(mail, field.Name);
                if (expected != actual)
                    differences.Add($"{file}\t{field.Name}");
            }
        }
        Assert.Equal(2048, total);
        Assert.Equal(Explained(), differences.Order(StringComparer.Ordinal));
        Assert.True(differences.Count <= total / 100, $"{differences.Count} of {total}");
    }

    private static IEnumerable<string> Explained() =>
        File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/messages/agreed-fields.differences.tsv"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('\t'))
            .Select(columns => columns is [var file, var field, { Length: > 10 }]
                ? $"{file}\t{field}" : throw new InvalidOperationException($"no reason given: {columns[0]}"))
            .Order(StringComparer.Ordinal);

    private static string Normal(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => string.Join(" | ", value.EnumerateArray().Select(item => item.GetString())),
        _ when name == "date" =>
            Instant(DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
        _ when name == "message_id" => value.GetString()!.Trim('<', '>'),
        _ => value.GetString()!,
    };

    private static string Actual(MimeMessage mail, string name) => name switch
    {
        "subject" => mail.Subject is { } subject ? Collapse(subject) : "null",
        "from" => Addresses(mail.From),
        "to" => Addresses(mail.To),
        "cc" => Addresses(mail.Cc),
        "message_id" => mail.MessageId ?? "null",
        "date" => mail.Date is { } date ? Instant(date) : "null",
        "text_prefix" => Prefix(Collapse(mail.BodyTexts.Plain() ?? "")),
        "has_html" => mail.Html is null ? "false" : "true",
        "attachment_names" => string.Join(" | ", mail.Attachments.Select(part => part.FileName ?? "").Order(StringComparer.Ordinal)),
        "attachment_sha256" => string.Join(" | ", mail.Attachments.Select(part => part.Sha256).Order(StringComparer.Ordinal)),
        _ => throw new InvalidOperationException($"unknown field {name}"),
    };

    private static string Addresses(IEnumerable<InboundBridge.Mime.Addresses.MailboxAddress> list) =>
        string.Join(" | ", list.Where(mailbox => mailbox.Address.Length > 0).Select(mailbox => mailbox.Address.ToLowerInvariant()));

    private static string Instant(DateTimeOffset date) => date.UtcDateTime.ToString("s", CultureInfo.InvariantCulture);

    private static string Prefix(string text) => text.Length <= 200 ? text : text[..200];

    private static string Collapse(string text) => WhiteSpace().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}

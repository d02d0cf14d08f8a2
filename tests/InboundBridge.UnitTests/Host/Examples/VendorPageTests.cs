using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>
/// The pages docs/from-VENDOR.md compare payloads field by field. Their tables are compared with the vendor's fields as it documents them
/// (<c>tests/testdata/vendors</c>) and with what our formats send for every mail of <c>tests/testdata/webhook</c>.
/// </summary>
public sealed partial class VendorPageTests
{
    private static readonly string[] Mails = ["attachments", "bare", "judged", "reply"];

    [Theory]
    [InlineData("mailgun", "mailgun")]
    [InlineData("sendgrid", "sendgrid")]
    [InlineData("postmark", "postmark", "postmark-raw")]
    [InlineData("cloudmailin", "cloudmailin")]
    [InlineData("ses", "ses-sns")]
    public async Task A_dialect_has_the_vendors_fields_as_the_page_says(string page, params string[] formats)
    {
        var vendors = Flat(Fixture(formats[0]));
        var ours = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var format in formats)
        {
            foreach (var mail in Mails)
            {
                foreach (var (path, kind) in Fields(await GoldenRequestTests.SendAsync(mail, format)))
                    ours[path] = kind is "null" or "empty" ? ours.GetValueOrDefault(path, kind) : kind;
            }
        }
        var rows = Rows(page).SelectMany(row => Names(row[0]).Select(name => (Name: name, Here: row[1]))).ToList();
        Assert.Equal(rows.Count, rows.Select(row => row.Name).Distinct(StringComparer.Ordinal).Count());
        foreach (var (name, here) in rows)
        {
            switch (here)
            {
                case "same":
                    Assert.True(vendors.ContainsKey(name), $"{name} is no field of {page}");
                    Assert.True(ours.ContainsKey(name), $"{name} is not sent");
                    Assert.Equal((name, vendors[name]), (name, ours[name]));
                    break;
                case "differs":
                    Assert.True(vendors.ContainsKey(name) && ours.ContainsKey(name), name);
                    break;
                case "not sent":
                    Assert.True(vendors.ContainsKey(name) && !ours.ContainsKey(name), name);
                    break;
                case "added":
                    Assert.True(!vendors.ContainsKey(name) && ours.ContainsKey(name), name);
                    break;
                default:
                    Assert.Equal((name, "optional"), (name, here));
                    Assert.True(vendors.ContainsKey(name), name);
                    break;
            }
        }
        var listed = rows.Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(vendors.Keys, name => !listed.Contains(name));
        Assert.DoesNotContain(ours, field => field.Value != "empty" && !listed.Contains(field.Key));
    }

    /// <summary>Vendors without a format of ours: each of their fields has its place in <c>format: json</c>.</summary>
    [Theory]
    [InlineData("postal")]
    [InlineData("cloudflare")]
    [InlineData("haraka")]
    [InlineData("postfix")]
    public async Task The_native_payload_has_the_keys_that_the_page_names(string page)
    {
        var ours = new HashSet<string>(StringComparer.Ordinal) { "data.vars" };
        foreach (var mail in Mails)
            ours.UnionWith(Fields(await GoldenRequestTests.SendAsync(mail, "json")).Keys);
        var rows = Rows(page);
        // Names of plugins and of Postfix have dots and braces of their own.
        var vendors = page is "haraka" or "postfix"
            ? Fixture(page).AsObject().Select(field => field.Key).ToList() : [.. Flat(Fixture(page)).Keys];
        Assert.Equal(
            vendors.Order(StringComparer.Ordinal), rows.SelectMany(row => Names(row[0])).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(rows.SelectMany(row => Names(row[1])), key => !ours.Contains(key));
        Assert.All(rows, row => Assert.True(row[1] == "none" || Names(row[1]).Any(), string.Join(" | ", row)));
    }

    private static JsonNode Fixture(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests/testdata/vendors", $"{name}.json")))!;

    /// <summary>The fields of a request's body, each with its kind; those of forms are texts.</summary>
    private static Dictionary<string, string> Fields(RecordedRequest request)
    {
        var type = request.Header("Content-Type")!;
        if (type.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal))
            return Form(request.Text.Split('&').Select(pair => Uri.UnescapeDataString(pair.Split('=')[0].Replace('+', ' '))));
        if (type.StartsWith("multipart/form-data", StringComparison.Ordinal))
            return Form(FormField().Matches(Encoding.Latin1.GetString(request.Body)).Select(match => match.Groups["name"].Value));
        var json = JsonNode.Parse(request.Text)!;
        // SNS carries the notification as a text.
        if (json["notificationType"] is null && json["Message"] is JsonValue message)
            json["Message"] = JsonNode.Parse(message.GetValue<string>());
        return Flat(json);
    }

    private static Dictionary<string, string> Form(IEnumerable<string> names) => names
        .Select(name => char.IsAsciiLetterUpper(name[0]) && name != "SPF" ? "(each header field)" : FileNumber().Replace(name, "${name}N"))
        .Distinct(StringComparer.Ordinal).ToDictionary(name => name, _ => "String", StringComparer.Ordinal);

    private static Dictionary<string, string> Flat(JsonNode root)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(root, string.Empty);
        return fields;

        void Add(JsonNode? node, string path)
        {
            switch (node)
            {
                case JsonObject map when path == "headers":
                    Keep("headers.*", "String");
                    break;
                case JsonObject map:
                    foreach (var (key, value) in map)
                        Add(value, path.Length == 0 ? key : $"{path}.{key}");
                    break;
                case JsonArray { Count: 0 }:
                    Keep($"{path}[]", "empty");
                    break;
                case JsonArray list:
                    foreach (var item in list)
                        Add(item, $"{path}[]");
                    break;
                case null:
                    Keep(path, "null");
                    break;
                default:
                    var kind = node.GetValueKind();
                    Keep(path, kind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : kind.ToString());
                    break;
            }
        }

        void Keep(string path, string kind)
        {
            if (kind is "null" or "empty")
                fields.TryAdd(path, kind);
            else
                fields[path] = kind;
        }
    }

    /// <summary>The rows of the page's table whose second column is called <c>here</c> and whose third is <c>remark</c>.</summary>
    private static List<string[]> Rows(string page)
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryFiles.Root, $"docs/from-{page}.md"));
        var rows = lines.SkipWhile(line => !line.EndsWith(" | here | remark |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    private static IEnumerable<string> Names(string cell) => Name().Matches(cell).Select(match => match.Groups["name"].Value);

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex("form-data; name=\"(?<name>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex FormField();

    [GeneratedRegex("^(?<name>attachment-?)[0-9]+$", RegexOptions.ExplicitCapture)]
    private static partial Regex FileNumber();
}

using System.Globalization;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

namespace InboundBridge.UnitTests.Mime.Suites;

/// <summary>
/// Mail that other products got wrong, from the folder that <c>CONFORMANCE_FIELD</c> names, else beside the checkout. Each case has an
/// <c>expect.json</c>: file → path into the payload's <c>data</c> → value. A path that ends in <c>~</c>: the text is contained; <c>!~</c>:
/// it is not; <c>#</c>: the length of the list.
/// </summary>
public class FieldCasesTests
{
    [Fact]
    public void Every_case_is_read_correctly()
    {
        var root = Environment.GetEnvironmentVariable("CONFORMANCE_FIELD") ?? Path.Combine(RepositoryFiles.Root, "../shared/field");
        Assert.SkipUnless(Directory.Exists(root), $"the field cases are not at {root}");
        var wrong = new List<string>();
        var values = 0;
        foreach (var expectations in Directory.EnumerateFiles(root, "expect.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            using var expected = JsonDocument.Parse(File.ReadAllBytes(expectations));
            foreach (var file in expected.RootElement.EnumerateObject())
            {
                using var payload = Payload(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(expectations)!, file.Name)));
                foreach (var value in file.Value.EnumerateObject())
                {
                    values++;
                    if (Complaint(payload.RootElement.GetProperty("data"), value.Name, value.Value) is { } complaint)
                        wrong.Add($"{Path.GetFileName(Path.GetDirectoryName(expectations))}/{file.Name} {value.Name}: {complaint}");
                }
            }
        }
        Assert.Empty(wrong);
        Assert.True(values > 0, $"no case has an expect.json below {root}");
    }

    private static JsonDocument Payload(byte[] mail)
    {
        var attempt = WebhookFixture.Attempt(content: MailContent.FromMemory(mail));
        var options = WebhookFixture.Options;
        using var content = WebhookFormats.Find("json")!.Compose(
            new WebhookMail(attempt, options, new Uri(options.Url), WebhookFixture.Services(new RecordingHandler()), WebhookFixture.Now));
        var octets = new byte[content.Body.Length];
        for (int offset = 0, count; (count = content.Body.Read(offset, octets.AsSpan(offset))) > 0;)
            offset += count;
        return JsonDocument.Parse(octets);
    }

    private static string? Complaint(JsonElement data, string path, JsonElement expected)
    {
        var (name, test) = path switch
        {
            [.., '!', '~'] => (path[..^2], "!~"),
            [.., '~'] => (path[..^1], "~"),
            [.., '#'] => (path[..^1], "#"),
            _ => (path, "="),
        };
        foreach (var step in name.Split('.'))
        {
            var isThere = data.ValueKind == JsonValueKind.Array
                ? int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index < data.GetArrayLength()
                : data.ValueKind == JsonValueKind.Object && data.TryGetProperty(step, out _);
            if (!isThere)
                return $"there is no {step}";
            data = data.ValueKind == JsonValueKind.Array ? data[int.Parse(step, CultureInfo.InvariantCulture)] : data.GetProperty(step);
        }
        var isRight = test switch
        {
            "~" => data.GetString()!.Contains(expected.GetString()!, StringComparison.Ordinal),
            "!~" => !data.GetString()!.Contains(expected.GetString()!, StringComparison.Ordinal),
            "#" => data.GetArrayLength() == expected.GetInt32(),
            _ => JsonElement.DeepEquals(data, expected),
        };
        return isRight ? null : $"is {data.GetRawText()}, expected {expected.GetRawText()}";
    }
}

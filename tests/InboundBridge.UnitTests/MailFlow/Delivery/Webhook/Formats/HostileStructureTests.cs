using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.Mime.Reports;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

/// <summary>
/// Names, types, ids and charsets of a mail that try to break out of the line, part or string that contains them. No format lets them.
/// </summary>
public class HostileStructureTests
{
    private const string Smuggled = "smuggled";

    private static readonly string[] Payloads =
    [
        "a\r\n\r\nsmuggled", "a\r\nContent-Disposition: form-data; name=\"smuggled\"\r\n\r\nx", "a\nsmuggled: 1", "a\rsmuggled: 1",
        "a\"; name=\"smuggled", "a\\\"; filename=\"smuggled",
        "a\0smuggled", "a\u0085smuggled: 1", "a\u2028smuggled: 1", "\"},{\"smuggled\":\"", "&smuggled=1", "a%0D%0Asmuggled",
        "\u001b[2Jsmuggled", "a\ud800smuggled", "--b--\r\nsmuggled",
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var format in WebhookFormats.Names)
            {
                for (var index = 0; index < Payloads.Length; index++)
                    cases.Add(format, index);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_value_of_the_mail_stays_in_its_place(string format, int payload)
    {
        foreach (var mail in Mails(Payloads[payload]))
        {
            var handler = new RecordingHandler();
            var outcome =
                await DeliverAsync(
                    handler, Options with { Format = format, Secrets = format == "action-mailbox" ? ["password"] : Options.Secrets },
                    Attempt(content: MailContent.FromMemory(mail)));
            Assert.IsType<DeliveryOutcome.Delivered>(outcome);
            var request = Assert.Single(handler.Requests);
            Assert.All(request.Headers, header => Assert.DoesNotContain(Smuggled, header.Key + header.Value, StringComparison.Ordinal));
            await AssertWholeAsync(request);
        }
    }

    [Theory]
    [InlineData("x\r\nX-B: y")]
    [InlineData("x\u0000y")]
    public async Task A_header_that_a_rule_fills_from_the_mail_stays_one_line_and_the_mail_arrives(string value)
    {
        var handler = new RecordingHandler();
        var json = JsonSerializer.Serialize(new { headers = new Dictionary<string, string> { ["X-Subject"] = value } });
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(handler, attempt: Attempt(Sample with { OptionsJson = json })));
        var request = Assert.Single(handler.Requests);
        Assert.DoesNotContain(request.Header("X-Subject")!, char.IsControl);
        Assert.Null(request.Header("X-B"));
    }

    private static IEnumerable<byte[]> Mails(string payload)
    {
        yield return PackedMail.Of("application/ms-tnef", "winmail.dat", PackedMail.Winmail("text", (payload, payload, [1, 2, 3])));
        var word = $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(payload))}?=";
        var percent = string.Concat(Encoding.UTF8.GetBytes(payload).Select(octet => $"%{octet:X2}"));
        var raw = payload.ReplaceLineEndings(" ").Replace('\0', ' ');
        yield return Encoding.UTF8.GetBytes(
            $"From: {word} <al@customer.com>\r\nTo: {word} <support@example.com>\r\nSubject: {word}\r\nMessage-ID: <{raw}@x>\r\n"
            + $"X-A: {word}\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=\""
                + raw.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"\r\n\r\ntext\r\n--b\r\n"
            + $"Content-Type: {raw}/{raw}; name*=utf-8''{percent}\r\nContent-ID: <{raw}>\r\nContent-Disposition: attachment; filename*=utf-8''{percent}\r\n\r\nfile\r\n"
            + $"--b\r\nContent-Type: application/{raw}; name=\"{word}\"\r\n\r\nfile\r\n--b--\r\n");
    }

    private static async Task AssertWholeAsync(RecordedRequest request)
    {
        var type = request.Header("Content-Type")!;
        if (type.StartsWith("multipart/form-data", StringComparison.Ordinal))
            await AssertFormAsync(request.Body, type[(type.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        else if (type.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal))
            Assert.DoesNotContain(Smuggled, QueryHelpers.ParseQuery(request.Text).Keys);
        else if (type.Contains("json", StringComparison.Ordinal))
            AssertJson(request.Body);
    }

    private static async Task AssertFormAsync(byte[] body, string boundary)
    {
        var reader = new MultipartReader(boundary, new MemoryStream(body));
        var parts = 0;
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            parts++;
            Assert.Empty(section.Headers!.Keys.Except(["Content-Disposition", "Content-Type"], StringComparer.OrdinalIgnoreCase));
            var disposition = ContentDispositionHeaderValue.Parse(section.ContentDisposition);
            Assert.Equal("form-data", disposition.DispositionType.Value);
            Assert.NotEqual(Smuggled, HeaderUtilities.RemoveQuotes(disposition.Name).Value);
            if (section.ContentType is { } type)
                Assert.True(MediaTypeHeaderValue.TryParse(type, out _), type);
            Assert.False((await section.ReadAsStringAsync()).StartsWith("\r\n", StringComparison.Ordinal));
        }
        Assert.True(parts > 3);
    }

    private static void AssertJson(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        Walk(json.RootElement);

        static void Walk(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                Assert.All(element.EnumerateObject(), member => Assert.NotEqual(Smuggled, member.Name));
                foreach (var member in element.EnumerateObject())
                    Walk(member.Value);
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    Walk(item);
            }
        }
    }
}

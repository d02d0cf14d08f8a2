using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Mime.Addresses;
using InboundBridge.Mime.Headers;
using InboundBridge.UnitTests.Mime.Fuzz;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

/// <summary>
/// Where possible the payload is copied from the mail's octets to JSON. The result equals the one that is made from the mail's strings.
/// </summary>
public class StraightPayloadTests
{
    private const int Mutations = 600;

    [Fact]
    public void Every_mail_of_the_test_data_and_damaged_ones()
    {
        var mails = Read(Path.Combine(RepositoryFiles.Root, "tests/testdata"));
        var mutator = new MailMutator(20_260_103);
        foreach (var mail in mails)
            AssertSame(mail);
        var small = mails.FindAll(mail => mail.Length < 5000);
        for (var run = 0; run < Mutations; run++)
            AssertSame(mutator.Mutate(small[run % small.Count]));
    }

    [Fact]
    public void Every_mail_of_the_public_suite() => Read(PublicSuites.Find("mime")).ForEach(AssertSame);

    [Theory]
    [InlineData("all of it")]
    [InlineData("all of it\r\n\r\n\r\n")]
    [InlineData(" \r\n with \"space\" around \t\r\n")]
    [InlineData("a\r\n\r\n\r\nb\r\n")]
    [InlineData("above\r\n> quoted \"text\"\r\n")]
    [InlineData("Yes.\r\n\r\nOn Fri, 2 Jan 2026 at 3:04, Bo <bo@example.com> wrote:\r\n> Is it?\r\n")]
    [InlineData("\"é\"\r\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public void The_new_part_of_a_reply_may_be_anywhere_in_the_text(string text) =>
        AssertSame(
            Encoding.UTF8.GetBytes(
                $"X-Folded: a \"b\"\r\n\tc\\\r\nX-\"Name\\: {new string('v', 1100)}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"));

    /// <summary>The text has already moved to the file when the reply is written.</summary>
    [Fact]
    public void A_reply_larger_than_what_stays_in_memory() =>
        AssertSame(
            Encoding.UTF8.GetBytes(
                "Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat("\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\r\n", 14_000))));

    private static List<byte[]> Read(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static void AssertSame(byte[] mail)
    {
        var attempt = Attempt(content: MailContent.FromMemory(mail));
        using var content =
            WebhookFormats.Find("json")!.Compose(
                new WebhookMail(attempt, Options, new Uri(Options.Url), Services(new RecordingHandler()), Now));
        var octets = new byte[content.Body.Length];
        for (int offset = 0, count; (count = content.Body.Read(offset, octets.AsSpan(offset))) > 0;)
            offset += count;
        using var json = JsonDocument.Parse(octets);
        var data = json.RootElement.GetProperty("data");
        var mime = MimeMessage.Open(MimeSource.FromMemory(mail));
        Assert.Equal(Written(mime.Text), Written(data.GetProperty("text").GetString()));
        Assert.Equal(Written(mime.ReplyText), Written(data.GetProperty("reply_text").GetString()));
        Assert.Equal(Written(mime.Html), Written(data.GetProperty("html").GetString()));
        Assert.Equal(MailDate.Parse(mime.HeaderBlock.FirstUnfolded("Date")),
            data.GetProperty("date").ValueKind == JsonValueKind.Null ? null : data.GetProperty("date").GetDateTimeOffset());
        Assert.Equal(Headers(mime), data.GetProperty("headers").GetRawText());
        if (mime.HeadersOf("From").Take(2).Count() == 1)
            Assert.Equal(Addresses(mime), data.GetProperty("from").GetRawText());
    }

    private static string Headers(MimeMessage mime) => JsonText.Write(json =>
    {
        json.WriteStartArray();
        foreach (var field in mime.Headers)
        {
            json.WriteStartArray();
            json.WriteStringValue(field.Name);
            json.WriteStringValue(field.Value);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    });

    private static string Addresses(MimeMessage mime) => JsonText.Write(json =>
    {
        json.WriteStartArray();
        foreach (var (name, address) in AddressListParser.Parse(mime.HeaderBlock.Unfolded("From"), MimeLimits.Default.Addresses))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("address", address);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>As in UTF-8, where a lone surrogate is replaced.</summary>
    private static string? Written(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}

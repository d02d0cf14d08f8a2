using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Spool.Contract;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Composing;

/// <summary>Regression: without a public URL an attachment over 1 MB was silently missing from the request.</summary>
public class LargeAttachmentTests
{
    private static readonly byte[] Mail = Encoding.ASCII.GetBytes(
        "From: al@customer.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n"
        + "--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=\"big file.zip\"\r\n\r\n"
            + string.Concat(Enumerable.Repeat("MARK0123456789abcdef\r\n", 3000))
        + "\r\n--b--\r\n");

    public static TheoryData<string> Formats => [.. WebhookFormats.Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Without_a_public_url_it_is_in_the_request(string format)
    {
        var request = await SendAsync(format, LargeAttachments.Link, null);
        Assert.True(Holds(request), format);
        Assert.Null(request.Header(OmittedAttachments.HeaderName));
    }

    [Theory]
    [InlineData("json", true)]
    [InlineData("cloudevents", true)]
    [InlineData("cloudmailin", true)]
    [InlineData("postmark", false)]
    [InlineData("mailgun", false)]
    [InlineData("mandrill", false)]
    [InlineData("sendgrid", false)]
    [InlineData("cloudmailin-multipart", false)]
    public async Task With_a_public_url_it_is_a_link_in_formats_with_links_and_whole_in_others(string format, bool linked)
    {
        var request = await SendAsync(format, LargeAttachments.Link, new Uri("https://mx.example.com/"));
        Assert.Equal(linked, Encoding.UTF8.GetString(request.Body).Contains("/attachments/1?", StringComparison.Ordinal));
        Assert.Equal(!linked, Holds(request));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("cloudevents")]
    [InlineData("cloudmailin")]
    [InlineData("cloudmailin-multipart")]
    [InlineData("postmark")]
    [InlineData("mailgun")]
    [InlineData("mandrill")]
    [InlineData("sendgrid")]
    public async Task An_omitted_attachment_is_named(string format)
    {
        var request = await SendAsync(format, LargeAttachments.Omit, new Uri("https://mx.example.com/"));
        Assert.Matches("^1;size=[0-9]+;filename=\"big%20file.zip\"$", request.Header(OmittedAttachments.HeaderName));
        if (format != "json")
            return;
        using var json = JsonDocument.Parse(request.Body);
        var problem = Assert.Single(json.RootElement.GetProperty("data").GetProperty("problems").EnumerateArray()).GetString();
        Assert.StartsWith("attachment 1 (big file.zip, ", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("mailgun-mime")]
    [InlineData("sendgrid-raw")]
    [InlineData("cloudmailin-raw")]
    [InlineData("action-mailbox")]
    [InlineData("ses-sns")]
    public async Task A_format_that_carries_the_mail_itself_omits_nothing(string format)
    {
        var request = await SendAsync(format, LargeAttachments.Omit, null);
        Assert.True(Holds(request), format);
        Assert.Null(request.Header(OmittedAttachments.HeaderName));
    }

    private static async Task<RecordedRequest> SendAsync(string format, LargeAttachments otherwise, Uri? publicUrl)
    {
        var handler = new RecordingHandler();
        var services =
            Services(handler) with { Links = new LinkSigner(publicUrl, new byte[32], TimeSpan.FromDays(3), new FakeTimeProvider(Now)) };
        var options = Options with { Format = format, InlineAttachments = 1024, OtherAttachments = otherwise };
        await new WebhookTarget(options, services).DeliverAsync(Attempt(content: MailContent.FromMemory(Mail)), CancellationToken.None);
        return handler.Request;
    }

    /// <summary>Plain, or in base64 at any of the three alignments.</summary>
    private static bool Holds(RecordedRequest request)
    {
        var body = Encoding.Latin1.GetString(request.Body);
        return body.Contains("MARK0123456789abcdef", StringComparison.Ordinal)
            || Enumerable.Range(0, 3).Any(lead => body.Replace("%2B", "+", StringComparison.Ordinal).Contains(
                Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', lead) + "MARK0123456789abcdef"))[(lead == 0 ? 0 : 4)..20],
                StringComparison.Ordinal));
    }
}

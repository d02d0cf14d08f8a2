using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

/// <summary>Each vendor's meaning of statuses and its schedule apply unless the configuration says otherwise.</summary>
public class DialectDefaultsTests
{
    [Theory]
    [InlineData("json", "200 delivered, 201 delivered, 302 retry, 403 retry, 404 retry, 406 retry, 410 pause, 429 retry, 500 retry")]
    [InlineData("cloudevents", "200 delivered, 201 delivered, 302 retry, 403 retry, 404 retry, 406 retry, 410 pause, 429 retry, 500 retry")]
    [InlineData("mailgun", "200 delivered, 201 delivered, 302 retry, 403 retry, 404 retry, 406 discard, 410 retry, 429 retry, 500 retry")]
    [InlineData(
        "mailgun-mime", "200 delivered, 201 delivered, 302 retry, 403 retry, 404 retry, 406 discard, 410 retry, 429 retry, 500 retry")]
    [InlineData("sendgrid", "200 delivered, 201 delivered, 302 retry, 403 retry, 404 retry, 406 retry, 410 retry, 429 retry, 500 retry")]
    [InlineData("postmark", "200 delivered, 201 delivered, 302 retry, 403 discard, 404 retry, 406 retry, 410 retry, 429 retry, 500 retry")]
    [InlineData(
        "cloudmailin", "200 delivered, 201 delivered, 302 retry, 403 reject, 404 reject, 406 reject, 410 reject, 429 reject, 500 retry")]
    [InlineData(
        "action-mailbox", "200 delivered, 201 delivered, 302 retry, 403 retry, 404 retry, 406 retry, 410 retry, 429 retry, 500 retry")]
    [InlineData("mandrill", "200 delivered, 201 delivered, 302 retry, 403 retry, 404 retry, 406 retry, 410 retry, 429 retry, 500 retry")]
    public void A_status_has_the_meaning_that_it_has_for_the_vendor(string format, string meanings)
    {
        var webhook = PreparedWebhook.From(Options with { Format = format, Secrets = [] }, Path.GetTempPath());
        Assert.Equal(meanings, string.Join(", ", meanings.Split(", ").Select(pair => pair[..3]).Select(status =>
            $"{status} {webhook.MeaningOf(int.Parse(status)).ToString().ToLowerInvariant()}")));
    }

    [Theory]
    [InlineData("mailgun", 6)]
    [InlineData("postmark", 10)]
    public void A_vendors_schedule_ends_with_its_last_entry(string format, int attempts)
    {
        var retry = WebhookFormats.DefaultRetry(format)!;
        var sum = TimeSpan.FromTicks(retry.Schedule.Sum(wait => wait.Ticks));
        Assert.Equal(attempts, retry.Schedule.Count);
        Assert.True(sum * (1 + retry.Jitter) <= retry.MaximumAge);
        Assert.True((sum + retry.Schedule[^1]) * (1 - retry.Jitter) > retry.MaximumAge);
    }

    [Fact]
    public void Other_formats_have_our_own_schedule() => Assert.Null(WebhookFormats.DefaultRetry("json"));

    [Fact]
    public async Task Rails_is_signed_in_to_with_the_ingress_password()
    {
        var handler = new RecordingHandler();
        await DeliverAsync(handler, Options with { Format = "action-mailbox", Secrets = ["ingress password"] });
        Assert.Equal("Basic " + Convert.ToBase64String("actionmailbox:ingress password"u8), handler.Request.Header("Authorization"));
        await DeliverAsync(handler, Options with { Format = "action-mailbox", BasicAuth = "other:user" });
        Assert.Equal("Basic " + Convert.ToBase64String("other:user"u8), handler.Requests[1].Header("Authorization"));
    }

    [Fact]
    public async Task A_url_that_ends_in_mime_gets_mailguns_unparsed_form()
    {
        var handler = new RecordingHandler();
        await DeliverAsync(
            handler, Options with { Format = "mailgun", Url = "https://app.example.com/rails/action_mailbox/mailgun/inbound_emails/mime" });
        Assert.Contains("&body-mime=From%3A+Al+", handler.Request.Text);
    }
}

using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Queue.Destinations;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Sending;

public class WebhookOverridesTests
{
    [Fact]
    public void A_rule_may_override_every_option()
    {
        var headers = new Dictionary<string, string> { ["X-Env"] = "prod", ["X-Keep"] = "1" };
        var options = WebhookOverrides.Apply(Options with { Headers = headers }, """
            {"url": "https://app.example.com/other", "format": "raw", "secret": ["a", "b"], "headers": {"x-env": "test"}, "auth": {"bearer": "t"},
             "attachments": {"inline": "2MB", "otherwise": "omit"}, "responses": {"406": "discard"}, "timeout": "5s", "concurrency": 3}
            """);
        Assert.Equal("https://app.example.com/other", options.Url);
        Assert.Equal("raw", options.Format);
        Assert.Equal(["a", "b"], options.Secrets);
        Assert.Equal([("X-Env", "test"), ("X-Keep", "1")], options.Headers.Select(header => (header.Key, header.Value)).Order());
        Assert.Equal("t", options.BearerToken);
        Assert.Equal(2 * 1024 * 1024, options.InlineAttachments);
        Assert.Equal(LargeAttachments.Omit, options.OtherAttachments);
        Assert.Equal(WebhookStatusMeaning.Discard, options.Responses[406]);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Timeout);
    }

    [Theory]
    [InlineData("{\"url\": \"ftp://example.com/\"}")]
    [InlineData("{\"url\": \"https:///\"}")]
    [InlineData("{\"format\": \"xml\"}")]
    [InlineData("{\"secret\": \"whsec_!\"}")]
    [InlineData("{\"headers\": {\"webhook-id\": \"x\"}}")]
    [InlineData("{\"headers\": {\"X A\": \"x\"}}")]
    [InlineData("{\"timeout\": \"soon\"}")]
    [InlineData("{\"attachments\": {\"inline\": \"1 furlong\"}}")]
    [InlineData("{\"attachments\": {\"otherwise\": \"0\"}}")]
    [InlineData("{\"responses\": {\"4xx\": \"retry\"}}")]
    public async Task Wrong_options_fail_the_delivery_and_send_nothing(string json)
    {
        var handler = new RecordingHandler();
        var outcome = await DeliverAsync(handler, attempt: Attempt(Sample with { OptionsJson = json }));
        Assert.IsType<DeliveryOutcome.Failed>(outcome);
        Assert.NotEmpty(outcome.Reply.Text);
        Assert.Empty(handler.Requests);
    }

    /// <summary>For instance, the destination was a relay when the mail was accepted.</summary>
    [Theory]
    [InlineData("[]", "the rule's options are not what the destination takes")]
    [InlineData("{\"tls\": \"require\"}", "a webhook has no option \"tls\"")]
    [InlineData("{\"url\": {}}", "an option of the rule is no text")]
    [InlineData("{\"auth\": {\"user\": \"x\"}}", "auth has no \"user\"")]
    public async Task Options_of_another_kind_of_destination_wait_and_send_nothing(string json, string words)
    {
        var handler = new RecordingHandler();
        var outcome = await DeliverAsync(handler, attempt: Attempt(Sample with { OptionsJson = json }));
        Assert.Equal(new DeliveryOutcome.RetryLater(words, Answered: true), outcome);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Templates_in_the_url_are_filled_and_values_can_not_leave_their_segment()
    {
        var handler = new RecordingHandler();
        var delivery = Sample with { Vars = new Dictionary<string, string> { ["ticket"] = "a/../b?c#d é" } };
        await DeliverAsync(
            handler, Options with { Url = "https://app.example.com/t/{ticket}/{nobody}?from={sender}&to={recipient}&s={subject}&id={id}" },
            Attempt(delivery));
        Assert.Equal(
            "https://app.example.com/t/a%2F%252E%252E%2Fb%3Fc%23d%20%C3%A9/?from=al%40customer.com&to=support%2B42%40example.com&s=Help&id=01kdxb3yw0message0000000000",
            handler.Request.Url.AbsoluteUri);
    }

    [Fact]
    public void Every_problem_of_the_options_is_named_and_no_secret_repeated()
    {
        var problems = WebhookOptionsValidator.Problems(Options with
        {
            Url = "//example.com",
            Format = "xml",
            Secrets = ["whsec_***"],
            Headers = new Dictionary<string, string> { ["Content-Length"] = "1", ["a b"] = "x", ["X-A"] = "\n" },
            BasicAuth = "a:b",
            BearerToken = "t t",
            Responses = new Dictionary<int, WebhookStatusMeaning> { [42] = WebhookStatusMeaning.Fail },
            Timeout = TimeSpan.Zero,
        });
        Assert.Equal(
            ["url", "format", "secret", "headers", "headers", "headers", "auth", "auth", "responses", "timeout"],
            problems.Select(problem => problem.Split(':')[0]));
        Assert.DoesNotContain(problems, problem => problem.Contains("***"));
        Assert.Empty(WebhookOptionsValidator.Problems(Options));
        Assert.Empty(WebhookOptionsValidator.Problems(Options with { Url = "https://{sender_domain}/{ticket}" }));
    }
}

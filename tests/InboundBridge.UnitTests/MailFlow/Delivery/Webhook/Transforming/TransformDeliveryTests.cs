using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Delivery.Webhook.Transforming;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transforming;

/// <summary>A destination with a transform: the script's request goes out, under the rules of every webhook.</summary>
public class TransformDeliveryTests
{
    private static readonly WebhookOptions Chat = Options with
    {
        Transform = "chat.js",
        BearerToken = "geheim-token",
        Headers = new Dictionary<string, string> { ["X-Env"] = "prod", ["X-Api-Key"] = "geheim-key" },
    };

    [Fact]
    public async Task The_signature_covers_the_body_that_is_sent()
    {
        var handler = new RecordingHandler();
        var outcome = await DeliverAsync(handler, """{"body": {"text": "Grüße"}, "headers": {"X-Env": "test"}}""");
        Assert.IsType<DeliveryOutcome.Delivered>(outcome);
        var request = handler.Request;
        Assert.Equal("{\"text\":\"Grüße\"}", request.Text);
        Assert.Equal(("application/json", "test", "Bearer geheim-token"),
            (request.Header("Content-Type"), request.Header("X-Env"), request.Header("Authorization")));
        using var body = MailContent.FromMemory(request.Body);
        Assert.Equal(
            WebhookSigner.FromSecrets([Secret], Path.GetTempPath())
                .Sign(request.Header("webhook-id")!, long.Parse(request.Header("webhook-timestamp")!), body),
            request.Header("webhook-signature"));
        Assert.Single(request.Headers, header => header.Key == "X-Env");
    }

    [Fact]
    public async Task A_header_of_the_body_is_sent_too()
    {
        var handler = new RecordingHandler();
        await DeliverAsync(
            handler, """{"body": "x", "headers": {"Content-Language": "de", "User-Agent": "Mail/1", "Content-Type": "text/x"}}""");
        Assert.Equal(("de", "Mail/1", "text/x"),
            (handler.Request.Header("Content-Language"), handler.Request.Header("User-Agent"), handler.Request.Header("Content-Type")));
    }

    [Fact]
    public async Task A_skipped_mail_is_delivered_without_a_request()
    {
        var handler = new RecordingHandler();
        var outcome = Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(handler, """{"skip": true}"""));
        Assert.Equal("skipped by the transform", outcome.Reply.Text);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task A_failing_script_is_tried_again_with_its_error_and_opens_no_circuit()
    {
        var handler = new RecordingHandler();
        var target = new WebhookTarget(
            Chat, Services(handler), (_, _) => ValueTask.FromResult(new TransformAnswer(null, "chat.js:3:5: TypeError: x", "chat.js")));
        var outcome =
            Assert.IsType<DeliveryOutcome.RetryLater>(await target.DeliverAsync(Attempt(), TestContext.Current.CancellationToken));
        Assert.Equal(("the transform failed: chat.js:3:5: TypeError: x", true), (outcome.Reply.Text, outcome.Answered));
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task A_result_that_can_not_be_sent_is_a_failure_of_the_script()
    {
        var handler = new RecordingHandler();
        var outcome = Assert.IsType<DeliveryOutcome.RetryLater>(await DeliverAsync(handler, """{"body": 1}"""));
        Assert.Equal("the transform failed: chat.js: body is an object, a list or a string", outcome.Reply.Text);
        Assert.Empty(handler.Requests);
    }

    [Theory]
    [InlineData("https://app.example.com/other?x=1", true)]
    [InlineData("https://APP.example.com:443/other", true)]
    [InlineData("http://app.example.com/other", false)]
    [InlineData("https://app.example.com:8443/other", false)]
    [InlineData("https://evil.example/", false)]
    public async Task Secrets_go_to_the_destinations_own_host_alone(string url, bool isOwn)
    {
        var handler = new RecordingHandler();
        await DeliverAsync(handler, $$"""{"body": {}, "url": "{{url}}", "headers": {"X-Own": "1"} }""");
        var names = handler.Request.Headers.Select(header => header.Key).ToList();
        foreach (var name in new[] { "Authorization", "X-Api-Key", "webhook-signature" })
            Assert.Equal(isOwn, names.Contains(name));
        Assert.Contains("X-Own", names);
        Assert.Equal(new Uri(url), handler.Request.Url);
    }

    [Theory]
    [InlineData(false, "http://127.0.0.1:9/hook", true)]
    [InlineData(true, "http://127.0.0.1:9/hook", false)]
    [InlineData(false, "https://app.example.com/other", false)]
    public async Task Another_host_is_guarded_unless_private_addresses_are_allowed(bool allowed, string url, bool guarded)
    {
        var pools = new List<bool>();
        var services = Services(new RecordingHandler()) with
        {
            Connections = new WebhookConnections(
                (isGuarded, _) =>
                {
                    pools.Add(isGuarded);
                    return new RecordingHandler();
                }, TimeProvider.System),
        };
        var target = new WebhookTarget(
            Chat with { AllowPrivateAddresses = allowed }, services, Returning($$"""{"body": {}, "url": "{{url}}"}"""));
        await target.DeliverAsync(Attempt(), TestContext.Current.CancellationToken);
        Assert.Equal([guarded], pools);
    }

    [Theory]
    [InlineData(200, typeof(DeliveryOutcome.Delivered))]
    [InlineData(404, typeof(DeliveryOutcome.RetryLater))]
    [InlineData(410, typeof(DeliveryOutcome.PauseDestination))]
    [InlineData(422, typeof(DeliveryOutcome.Failed))]
    public async Task An_answer_means_what_it_always_means(int status, Type outcome)
    {
        var options = Chat with { Responses = new Dictionary<int, WebhookStatusMeaning> { [422] = WebhookStatusMeaning.Fail } };
        var target = new WebhookTarget(options, Services(new RecordingHandler(status)), Returning("""{"body": {}}"""));
        Assert.IsType(outcome, await target.DeliverAsync(Attempt(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_script_sees_the_native_payload_with_the_deliverys_rule_tags_and_vars()
    {
        TransformInput? seen = null;
        var target = new WebhookTarget(Chat, Services(new RecordingHandler()), (input, _) =>
        {
            seen = input;
            return ValueTask.FromResult(new TransformAnswer(JsonNode.Parse("""{"skip": true}"""), null, "chat.js"));
        });
        await target.DeliverAsync(Attempt(Sample with { Rule = "tickets", Tags = ["new"] }), TestContext.Current.CancellationToken);
        var data = JsonNode.Parse(seen!.MessageJson.Span)!;
        Assert.Equal(("Help", "tickets", "new", "42", "It broke\n"),
            ((string)data["subject"]!, (string)data["rule"]!, (string)data["tags"]![0]!, (string)data["vars"]!["ticket"]!,
                (string)data["text"]!));
        Assert.Equal(("support+42@example.com", Message.Id, "42"), (seen.Recipient, seen.MessageId, seen.Vars["ticket"]));
    }

    [Theory]
    [InlineData(true, LargeAttachments.Link, true, "")]
    [InlineData(false, LargeAttachments.Link, false, "too large for a script")]
    [InlineData(false, LargeAttachments.Inline, false, "too large for a script")]
    [InlineData(true, LargeAttachments.Inline, true, "")]
    [InlineData(true, LargeAttachments.Omit, false, "attachments.otherwise is omit")]
    public async Task A_large_attachment_is_a_link_or_is_named_but_never_missing(
        bool hasLinks, LargeAttachments otherwise, bool isLinked, string problem)
    {
        JsonNode? data = null;
        var services = Services(new RecordingHandler());
        var target = new WebhookTarget(
            Chat with { OtherAttachments = otherwise }, hasLinks ? services : services with { Links = null }, (input, _) =>
            {
                data = JsonNode.Parse(input.MessageJson.Span);
                return ValueTask.FromResult(new TransformAnswer(JsonNode.Parse("""{"skip": true}"""), null, "chat.js"));
            });
        var mail = "From: al@customer.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n"
            + "--b\r\nContent-Disposition: attachment; filename=small.txt\r\n\r\nsmall\r\n"
            + $"--b\r\nContent-Disposition: attachment; filename=large.txt\r\n\r\n{new string('x', 70_000)}\r\n--b--\r\n";
        var content = MailContent.FromMemory(Encoding.ASCII.GetBytes(mail));
        await target.DeliverAsync(Attempt(content: content), TestContext.Current.CancellationToken);
        var files = data!["attachments"]!.AsArray();
        Assert.Equal("c21hbGw=", (string)files[0]!["content"]!);
        Assert.Null(files[1]!["content"]);
        Assert.Equal(isLinked, files[1]!["url"] is not null);
        Assert.Equal(70_000, (int)files[1]!["size"]!);
        var problems = data["problems"]!.AsArray().Select(each => (string)each!).ToList();
        Assert.Equal(problem.Length > 0, problems.Exists(each => each.Contains("large.txt", StringComparison.Ordinal)));
        Assert.All(problems, each => Assert.Contains(problem, each, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_preview_shows_the_request_without_what_a_reader_may_not_see()
    {
        var target = new WebhookTarget(
            Chat, Services(new RecordingHandler()), Returning("""{"body": {"a": 1}, "url": "https://app.example.com/x"}"""));
        var preview = await target.PreviewAsync(Attempt(), hidesSignatures: true, TestContext.Current.CancellationToken);
        var shown = preview.WithoutCredentials();
        Assert.Equal(("https://app.example.com/x", "{\"a\":1}"), (shown.Url, Encoding.UTF8.GetString(shown.Body.Span)));
        Assert.DoesNotContain("geheim", string.Join('\n', shown.Headers), StringComparison.Ordinal);
        Assert.Contains(KeyValuePair.Create("webhook-signature", ShownOptions.Blot), shown.Headers);
    }

    [Theory]
    [InlineData("""{"skip": true}""", null, "skipped by the transform")]
    [InlineData("""{"body": 5}""", "the transform failed: chat.js: body is an object, a list or a string", null)]
    public async Task A_preview_says_why_nothing_would_be_sent(string returned, string? problem, string? skipped)
    {
        var target = new WebhookTarget(Chat, Services(new RecordingHandler()), Returning(returned));
        var preview = await target.PreviewAsync(Attempt(), hidesSignatures: false, TestContext.Current.CancellationToken);
        Assert.Equal((problem, skipped), (preview.Problem, preview.SkipReason));
    }

    [Theory]
    [InlineData(200, typeof(DeliveryOutcome.Delivered))]
    [InlineData(422, typeof(DeliveryOutcome.Refused))]
    [InlineData(503, typeof(DeliveryOutcome.Refused))]
    public async Task A_sender_who_waits_gets_the_receivers_answer(int status, Type outcome)
    {
        var target = new WebhookTarget(Chat, Services(new RecordingHandler(status)), Returning("""{"body": {}}"""));
        var asked = Attempt() with { Ask = AskTime.From(new FakeTimeProvider(Now), TimeSpan.FromSeconds(5)) };
        Assert.IsType(outcome, await target.DeliverAsync(asked, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_sender_does_not_wait_longer_for_the_script_than_for_the_receiver()
    {
        var clock = new FakeTimeProvider(Now);
        var target = new WebhookTarget(Chat, Services(new RecordingHandler(), clock), async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
            return new TransformAnswer(null, null, "chat.js");
        });
        var asked = Attempt() with { Ask = AskTime.From(clock, TimeSpan.FromSeconds(5)) };
        var delivering = target.DeliverAsync(asked, TestContext.Current.CancellationToken).AsTask();
        clock.Advance(TimeSpan.FromSeconds(6));
        var outcome = Assert.IsType<DeliveryOutcome.RetryLater>(await delivering);
        Assert.Equal("the transform did not end within the time that the sender waits", outcome.Reply.Text);
    }

    [Fact]
    public void A_format_beside_a_transform_is_refused()
    {
        Assert.Empty(WebhookOptionsValidator.Problems(Chat));
        Assert.StartsWith(
            "transform: it makes the body, so the format mailgun would be ignored",
            Assert.Single(WebhookOptionsValidator.Problems(Chat with { Format = "mailgun" })), StringComparison.Ordinal);
        Assert.StartsWith(
            "transform: ", Assert.Single(WebhookOptionsValidator.Problems(Chat, """{"format": "postmark"}""")), StringComparison.Ordinal);
        Assert.Empty(WebhookOptionsValidator.Problems(Chat, """{"timeout": "5s"}"""));
    }

    private static ValueTask<DeliveryOutcome> DeliverAsync(RecordingHandler handler, string returned) =>
        new WebhookTarget(Chat, Services(handler), Returning(returned)).DeliverAsync(Attempt(), TestContext.Current.CancellationToken);

    private static TransformRun Returning(string json) =>
        (_, _) => ValueTask.FromResult(new TransformAnswer(JsonNode.Parse(json), null, "chat.js"));
}

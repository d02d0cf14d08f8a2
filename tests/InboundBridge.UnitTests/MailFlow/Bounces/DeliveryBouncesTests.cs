using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Metrics;

namespace InboundBridge.UnitTests.MailFlow.Bounces;

public class DeliveryBouncesTests
{
    [Fact]
    public async Task A_refused_mail_is_reported_to_its_sender()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message();
        var bounce = await bounces.TellAsync(bounces.Failed(message));
        Assert.NotNull(bounce);
        Assert.Equal(["text/plain", "message/delivery-status", "message/rfc822"], bounce.Parts);
        var told = bounce.Recipient;
        Assert.Equal(("ann@example.com", "failed", "5.1.1"), (told.FinalRecipient, told.Action, told.Status));
        Assert.Contains("mail.example.com", told.RemoteMta, StringComparison.Ordinal);
        Assert.Contains("550 5.1.1 <ann@example.com> User unknown", told.DiagnosticCode, StringComparison.Ordinal);
        Assert.Equal("lunch@example.org", bounce.Report.OriginalMessageId);
        Assert.Equal("lunch@example.org", bounce.Read.InReplyTo);
        Assert.Equal(["bounce", "auto_reply", "report"], bounce.Read.Kind);
        Assert.Equal("auto-replied", bounce.Read.Header("Auto-Submitted"));
        Assert.Equal("MAILER-DAEMON@mx.example.com", Assert.Single(bounce.Read.From).Address);
        Assert.Equal(BounceFixture.Sender, Assert.Single(bounce.Read.To).Address);
        Assert.Equal(FakeTime.Start, bounce.Read.Date);
        Assert.Equal($"{bounce.Mail.Message.Id}@mx.example.com", bounce.Read.MessageId);
    }

    [Fact]
    public async Task A_bounce_is_a_mail_with_the_null_sender_and_a_link_to_its_cause()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message();
        var bounce = await bounces.TellAsync(bounces.Failed(message));
        var record = bounce!.Mail.Message;
        Assert.Equal("", record.Envelope.Sender);
        Assert.Equal(BounceFixture.Sender, Assert.Single(record.Envelope.Recipients).Address);
        Assert.Equal(RecipientNotify.Never, record.Envelope.Recipients[0].Notify);
        var delivery = Assert.Single(bounce.Mail.Deliveries);
        Assert.Equal(("outbound", BounceFixture.Sender), (delivery.Destination, Assert.Single(delivery.Recipients).Address));
        await bounces.KeepAsync(bounce);
        var found = Assert.Single(await bounces.Spool.FindFollowUpsAsync(message.Id, CancellationToken.None));
        Assert.Equivalent(new MailCause(message.Id, $"{message.Id}-0", "failed", ["ann@example.com"]), found.Cause, strict: true);
        Assert.Equal(bounce.Octets.Length, found.Size);
    }

    [Fact]
    public async Task A_bounce_that_fails_gets_none()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var bounce = (await bounces.TellAsync(bounces.Failed(bounces.Message())))!.Mail;
        var end = new DeliveryEnd(
            bounce.Deliveries[0], bounce.Message, bounce.Deliveries[0].Recipients, DeliveryState.Dead, BounceFixture.Refusal(), false,
            BounceFixture.Destination());
        Assert.Null(await bounces.TellAsync(end));
        Assert.Contains(
            "inboundbridge_bounces_suppressed_total{why=\"null_sender\"} 1", await MetricsText.ReadAsync(bounces.Registry),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "expired", "failed", "4.4.7")]
    [InlineData(false, "failed", "failed", "5.0.0")]
    public async Task An_end_is_told_as_what_it_is(bool expired, string reason, string action, string status)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var bounce = await bounces.TellAsync(
            bounces.Failed(bounces.Message(), new DeliveryReply(451, "4.7.1", "451 4.7.1 later", "mail.example.com"), expired: expired));
        Assert.Equal(reason, bounce!.Mail.Message.Cause!.Reason);
        Assert.Equal((action, status), (bounce.Recipient.Action, bounce.Recipient.Status));
        Assert.Contains($"{{reason=\"{reason}\"}} 1", await MetricsText.SamplesAsync(bounces.Registry, "bounces_total"));
    }

    [Fact]
    public async Task Recipients_that_the_rules_refused_are_told_in_one_bounce()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message(BounceFixture.Envelope(new("ann@example.com"), new("bob@example.com")));
        var record = bounces.Delivery(message, destination: "");
        var end = new DeliveryEnd(
            record, message,
            [
                new MailRecipient("ann@example.com") { Reply = new DeliveryReply(554, "5.6.0", "554 5.6.0 no executables", null) },
                new MailRecipient("bob@example.com") { Reply = new DeliveryReply(550, "5.7.1", "550 5.7.1 not here", null) },
            ],
            DeliveryState.Dead, BounceFixture.Refusal(), false, null)
        { Content = BounceFixture.ContentOf(BounceFixture.Mail) };
        var bounce = await bounces.TellAsync(end);
        Assert.Equal("refused", bounce!.Mail.Message.Cause!.Reason);
        Assert.Equal(["5.6.0", "5.7.1"], bounce.Report.Recipients.Select(recipient => recipient.Status));
        Assert.All(bounce.Report.Recipients, recipient => Assert.Null(recipient.RemoteMta));
        Assert.Contains("no executables", bounce.Read.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lmtp", "delivered", "2.0.0")]
    [InlineData("relay", "relayed", "2.0.0")]
    [InlineData("webhook", "relayed", "2.0.0")]
    public async Task A_success_is_told_where_it_was_asked_for(string kind, string action, string status)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var message = bounces.Message(BounceFixture.Envelope(
            new("ann@example.com") { Notify = RecipientNotify.Success }, new("bob@example.com") { Notify = RecipientNotify.Failure }));
        var end = bounces.Failed(message, new DeliveryReply(250, null, "250 ok", "store"), kind) with { State = DeliveryState.Delivered };
        Assert.Null(await bounces.TellAsync(end with { TookNotify = true }));
        var bounce = await bounces.TellAsync(end);
        var told = bounce!.Recipient;
        Assert.Equal(("ann@example.com", action, status), (told.FinalRecipient, told.Action, told.Status));
        // RFC 3461 §4.3: without a failure, only the header is returned.
        Assert.Equal("text/rfc822-headers", bounce.Parts.Last());
    }

    [Fact]
    public async Task A_success_that_nobody_asked_for_does_not_reach_the_hook()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var end = bounces.Failed(bounces.Message()) with { State = DeliveryState.Delivered };
        Assert.False(bounces.Bounces.Hooks.WantsEnd(end));
        var octets = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 100; count++)
            bounces.Bounces.Hooks.WantsEnd(end);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - octets);
    }

    [Theory]
    [InlineData("webhook", "dead_letter", false)]
    [InlineData("webhook", "bounce", true)]
    [InlineData("relay", "elsewhere", false)]
    [InlineData("lmtp", "bounce", true)]
    public async Task On_failure_says_whether_a_destination_bounces(string kind, string onFailure, bool expected)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var end = bounces.Failed(bounces.Message(), kind: kind) with { Destination = BounceFixture.Destination(kind, onFailure) };
        Assert.Equal(expected, await bounces.TellAsync(end) is not null);
    }

    [Fact]
    public async Task Without_a_relay_for_them_there_are_none()
    {
        await using var bounces = await BounceFixture.OpenAsync(options => options with { Via = null });
        Assert.Null(await bounces.TellAsync(bounces.Failed(bounces.Message())));
    }

    [Fact]
    public async Task A_webhooks_address_and_answer_stay_inside()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var reply = new DeliveryReply(422, null, "422 https://user:s3cret@app.internal/hook?token=s3cret said no", "app.internal");
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(), reply, "webhook"));
        Assert.DoesNotContain("s3cret", bounce!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("app.internal", bounce.Text, StringComparison.Ordinal);
        Assert.Equal("5.0.0", bounce.Recipient.Status);
    }

    [Fact]
    public async Task Envid_orcpt_and_ret_are_honoured()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var envelope = BounceFixture.Envelope(
            new MailRecipient("ann@example.com") { Notify = RecipientNotify.Failure, OriginalRecipient = "rfc822;old.ann@example.net" });
        var message = bounces.Message(envelope with { DsnEnvelopeId = "QQ314159", DsnReturn = "HDRS" });
        var bounce = await bounces.TellAsync(bounces.Failed(message));
        Assert.Equal("QQ314159", bounce!.Report.OriginalEnvelopeId);
        Assert.Equal("old.ann@example.net", bounce.Recipient.OriginalRecipient);
        Assert.Equal("text/rfc822-headers", bounce.Parts.Last());
        Assert.DoesNotContain("At noon?", bounce.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_international_mail_gets_an_international_report()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var envelope =
            BounceFixture.Envelope(new MailRecipient("änn@bücher.example")) with { Sender = "jörg@example.org", SmtpUtf8 = true };
        var bounce = await bounces.TellAsync(bounces.Failed(
            bounces.Message(envelope), new DeliveryReply(550, "5.1.1", "550 5.1.1 änn unbekannt", "mail.example.com"),
            mail: "From: jörg@example.org\r\nSubject: Grüße\r\n\r\nHallo\r\n"));
        Assert.Equal(["text/plain", "message/global-delivery-status", "message/global"], bounce!.Parts);
        Assert.True(bounce.Mail.Message.Envelope.SmtpUtf8);
        Assert.Equal("8BITMIME", bounce.Mail.Message.Envelope.Body);
        Assert.Contains("Final-Recipient: utf-8; änn@bücher.example", bounce.Text, StringComparison.Ordinal);
        Assert.Contains("änn unbekannt", bounce.Text, StringComparison.Ordinal);
    }

    /// <summary>The sender's client asked for SMTPUTF8, as many do for each mail, but no address needs it.</summary>
    [Theory]
    [InlineData("Subject: Grüße\r\n\r\nHallo\r\n", null, "message/global", "Gr=C3=BC=C3=9Fe")]
    [InlineData("Subject: Grüße\r\n\r\nHallo\r\n", "HDRS", "message/global-headers", "Gr=C3=BC=C3=9Fe")]
    [InlineData("Subject: Hi\r\n\r\nGrüße\r\n", null, "message/rfc822", "Grüße")]
    [InlineData("Subject: Hi\r\n\r\nGrüße\r\n", "HDRS", "text/rfc822-headers", "Subject: Hi")]
    public async Task A_mail_whose_addresses_are_ascii_gets_a_report_that_needs_no_smtputf8(
        string mail, string? wanted, string type, string text)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var envelope = BounceFixture.Envelope() with { SmtpUtf8 = true, DsnReturn = wanted };
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(envelope), mail: mail));
        Assert.Equal(["text/plain", "message/delivery-status", type], bounce!.Parts);
        Assert.False(bounce.Mail.Message.Envelope.SmtpUtf8);
        Assert.Contains(text, bounce.Text, StringComparison.Ordinal);
        Assert.Equal(System.Text.Ascii.IsValid(text), System.Text.Ascii.IsValid(bounce.Octets));
    }
}

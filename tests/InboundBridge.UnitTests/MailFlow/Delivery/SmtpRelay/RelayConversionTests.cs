using System.Text;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

/// <summary>Mail that a server can't take as it is.</summary>
public class RelayConversionTests
{
    private const string EightBit =
        "Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            + "Grüße aus dem Norden\r\n";

    private static readonly string[] Opening = ["S:220 mx", "C:EHLO mx.example.com", "S:250-mx", "S:250 PIPELINING"];

    private readonly DeliveryFixture _fixture = new();

    [Fact]
    public async Task A_server_without_8bitmime_gets_7_bit_over_the_same_connection()
    {
        _fixture.Connection(
            [.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<bo@example.net>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok",
            "C:Subject: hello", "C:MIME-Version: 1.0", "C:Content-Type: text/plain; charset=utf-8",
            "C:Content-Transfer-Encoding: quoted-printable", "C:", "C:Gr=C3=BC=C3=9Fe aus dem Norden", "C:.",
            "S:250 2.0.0 queued", "C:QUIT"]);
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(EightBit));
        Assert.Single(_fixture.Servers);
    }

    [Fact]
    public async Task A_server_without_smtputf8_gets_encoded_words()
    {
        _fixture.Connection(
            [.. Opening[..^1], "S:250 8BITMIME", "C:MAIL FROM:<al@example.org>", "S:250 ok", "C:RCPT TO:<bo@example.net>", "S:250 ok",
            "C:DATA", "S:354 ok", "C:Subject: =?utf-8?b?R3LDvMOfZQ==?=", "C:", "C:Hello.", "C:.", "S:250 2.0.0 queued", "C:QUIT"]);
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync("Subject: Grüße\r\n\r\nHello.\r\n", isUtf8: true));
    }

    [Fact]
    public async Task A_server_with_8bitmime_gets_the_body_as_it_is()
    {
        _fixture.Connection(
            [.. Opening[..^1], "S:250 8BITMIME", "C:MAIL FROM:<al@example.org> BODY=8BITMIME", "S:250 ok", "C:RCPT TO:<bo@example.net>",
            "S:250 ok", "C:DATA", "S:354 ok", "C:Subject: =?utf-8?b?R3LDvMOfZQ==?=", "C:",
            "C:Grüße", "C:.", "S:250 2.0.0 queued", "C:QUIT"]);
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync("Subject: Grüße\r\n\r\nGrüße\r\n", isUtf8: true));
    }

    [Fact]
    public async Task Binary_mail_goes_in_base64_to_a_server_without_binarymime()
    {
        _fixture.Connection(
            [.. Opening[..^1], "S:250 8BITMIME", "C:MAIL FROM:<al@example.org>", "S:250 ok", "C:RCPT TO:<bo@example.net>", "S:250 ok",
            "C:DATA", "S:354 ok", "C:Content-Type: application/octet-stream", "C:Content-Transfer-Encoding: base64",
            "C:MIME-Version: 1.0", "C:", "C:YQpiAGM=", "C:.", "S:250 2.0.0 queued", "C:QUIT"]);
        var mail = "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nMIME-Version: 1.0\r\n\r\na\nb\0c";
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(mail, body: "BINARYMIME"));
    }

    [Fact]
    public async Task A_mail_in_7_bit_is_not_touched()
    {
        const string Mail = "Content-Transfer-Encoding: 8bit\r\n\r\nHello.\r\n";
        _fixture.Connection(
            [.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<bo@example.net>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok",
            "C:Content-Transfer-Encoding: 8bit", "C:", "C:Hello.", "C:.", "S:250 2.0.0 queued", "C:QUIT"]);
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(Mail, isUtf8: true));
    }

    [Theory]
    [InlineData(true, "From: jürgen@example.org\r\n\r\nHello.\r\n",
        "553 5.6.7 the server does not take header fields outside ASCII (SMTPUTF8), and the mail can't be converted: "
            + "the field From has an address that needs SMTPUTF8")]
    [InlineData(true, "From: al@example.org\r\nSubject: ü=?utf-8?q?x?=\r\n\r\nHello.\r\n",
        "553 5.6.7 the server does not take header fields outside ASCII (SMTPUTF8), and the mail can't be converted: "
            + "a word of a header field is encoded in part")]
    [InlineData(false, "From: al@example.org\r\nSubject: ü\r\n\r\nHello.\r\n",
        "553 5.6.7 the server does not take header fields outside ASCII (SMTPUTF8)")]
    [InlineData(true, "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nü\r\n--b--\r\n",
        "554 5.6.3 the mail holds octets above 127, and the server does not take them (8BITMIME), and the mail can't be converted: "
            + "a part is signed (multipart/signed)")]
    [InlineData(false, EightBit, "554 5.6.3 the mail holds octets above 127, and the server does not take them (8BITMIME)")]
    public async Task What_is_not_converted_fails_with_the_reason(bool convert, string mail, string reply)
    {
        _fixture.Connection([.. Opening, "C:QUIT"]);
        var isUtf8 = mail.StartsWith("From", StringComparison.Ordinal);
        var outcome = Assert.IsType<DeliveryOutcome.Failed>(await DeliverAsync(mail, convert, isUtf8));
        Assert.Equal(reply, outcome.Reply.Text);
    }

    [Fact]
    public async Task Our_own_bounces_are_converted_in_any_case()
    {
        _fixture.Connection(
            [.. Opening, "C:MAIL FROM:<al@example.org>", "C:RCPT TO:<bo@example.net>", "C:DATA", "S:250 ok", "S:250 ok", "S:354 ok",
            "C:Subject: hello", "C:MIME-Version: 1.0", "C:Content-Type: text/plain; charset=utf-8",
            "C:Content-Transfer-Encoding: quoted-printable", "C:", "C:Gr=C3=BC=C3=9Fe aus dem Norden", "C:.",
            "S:250 2.0.0 queued", "C:QUIT"]);
        var cause = new MailCause("1", "2", "failed", []);
        Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(EightBit, convert: false, cause: cause));
    }

    private async Task<DeliveryOutcome> DeliverAsync(
        string mail, bool convert = true, bool isUtf8 = false, string body = "8BITMIME", MailCause? cause = null)
    {
        var options = new RelayOptions { Name = "out", Host = "smart.example.net", Hostname = "mx.example.com", Convert = convert };
        var envelope = new MailEnvelope
        {
            Sender = "al@example.org",
            Recipients = [new MailRecipient("bo@example.net")],
            SmtpUtf8 = isUtf8,
            Body = body,
        };
        DeliveryOutcome outcome;
        var log = NullLogger<RelayTarget>.Instance;
        await using (var target = new RelayTarget(options, _fixture.Clock, log, Path.GetTempPath(), _fixture.DialAsync))
        {
            var attempt = DeliveryFixture.Attempt(["bo@example.net"], envelope) with
            {
                Content = MailContent.FromMemory(Encoding.UTF8.GetBytes(mail)),
            };
            attempt = attempt with { Message = attempt.Message with { Cause = cause } };
            outcome = await target.DeliverAsync(attempt, TestContext.Current.CancellationToken);
        }
        _fixture.AssertNoComplaints();
        return outcome;
    }
}

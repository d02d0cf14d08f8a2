namespace InboundBridge.UnitTests.MailFlow.Bounces;

/// <summary>
/// With the defaults, no bounce goes to a person whose address was forged, and none answers a machine: 1,000 mails of each kind.
/// </summary>
public class HostileMailTests
{
    private const int Mails = 1000;

    private const string Bounce =
        "From: MAILER-DAEMON@example.org\r\nSubject: failure\r\n" +
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
        "--b\r\n\r\nno\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\n--b--\r\n";

    public static TheoryData<string, string, string?, string> Kinds => new()
    {
        { "nothing was checked", "{0}@example.org", null, BounceFixture.Mail },
        { "SPF fails", "{0}@example.org", """{"spf":{"result":"fail","scope":"mfrom","domain":"example.org"}}""", BounceFixture.Mail },
        {
            "SPF passes for the name in EHLO", "{0}@example.org",
            """{"spf":{"result":"pass","scope":"helo","domain":"example.org"}}""",
            BounceFixture.Mail
        },
        { "SPF passes for another domain", "{0}@victim.example", BounceFixture.SpfPass, BounceFixture.Mail },
        {
            "DKIM of another domain", "{0}@victim.example",
            """{"dkim":[{"result":"pass","domain":"spammer.example"}]}""",
            BounceFixture.Mail
        },
        { "DKIM of a domain below", "{0}@example.org", """{"dkim":[{"result":"pass","domain":"evil.example.org"}]}""", BounceFixture.Mail },
        {
            "DKIM that leaves the body open", "{0}@example.org",
            """{"dkim":[{"result":"pass","domain":"example.org","unsigned_octets":9}]}""",
            BounceFixture.Mail
        },
        {
            "DKIM can't be checked now", "{0}@example.org",
            """{"dkim":[{"result":"temperror","domain":"example.org"}]}""",
            BounceFixture.Mail
        },
        {
            "DMARC passes by the From field alone", "{0}@victim.example",
            """{"dmarc":{"result":"pass","domain":"example.org"}}""",
            BounceFixture.Mail
        },
        { "the null reverse-path", "", BounceFixture.SpfPass, BounceFixture.Mail },
        { "a bounce with a sender", "{0}@example.org", BounceFixture.SpfPass, Bounce },
        { "an automatic reply", "{0}@example.org", BounceFixture.SpfPass, "Auto-Submitted: auto-replied\r\n" + BounceFixture.Mail },
        { "a vacation notice without the field", "{0}@example.org", BounceFixture.SpfPass, "X-Autoreply: yes\r\n" + BounceFixture.Mail },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_bounce_answers_a_thousand_of_a_kind(string kind, string sender, string? verdicts, string mail)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        for (var number = 0; number < Mails; number++)
        {
            var address = sender.Replace("{0}", $"u{number}", StringComparison.Ordinal);
            var message = bounces.Message(BounceFixture.Envelope() with { Sender = address }, verdicts);
            Assert.True(await bounces.TellAsync(bounces.Failed(message, mail: mail)) is null, kind);
            var refused = bounces.Delivery(message, destination: "");
            Assert.True(
                await bounces.TellAsync(bounces.Failed(message, mail: mail) with { Delivery = refused, Destination = null }) is null, kind);
        }
    }

    /// <summary>One mail that a large provider has signed is sent again and again with senders of that provider.</summary>
    [Fact]
    public async Task A_replayed_signature_brings_ten_people_of_its_domain_a_bounce()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        const string Signed = """{"dkim":[{"result":"pass","domain":"example.org"}]}""";
        Assert.Equal(10, await CountAsync(bounces, "{0}@example.org", Signed, "From: spammer@example.org\r\n\r\nhi\r\n"));
        Assert.NotNull(await bounces.TellAsync(bounces.Failed(bounces.Message(verdicts: Signed))));
    }

    [Fact]
    public async Task Plus_addresses_share_the_limit_of_their_mailbox()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        Assert.Equal(100, await CountAsync(bounces, "al+{0}@example.org", BounceFixture.SpfPass, BounceFixture.Mail));
    }

    [Fact]
    public async Task Newsletters_are_told_of_failures_alone()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        const string Letter = "Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\nList-Id: <news.example.org>\r\n" + BounceFixture.Mail;
        Assert.NotNull(await bounces.TellAsync(bounces.Failed(bounces.Message(), mail: Letter)));
    }

    [Theory]
    [InlineData("550 5.1.1 no\r\nBcc: victim@example.net\r\n\r\nbuy this")]
    [InlineData("550 5.1.1 \u202Egnp.exe\u2028\u0000\u001b[31m \ud800 end")]
    [InlineData("550 5.1.1 --=_boundary-- \r\n--=_x\r\nContent-Type: text/html\r\n\r\n<script>")]
    public async Task A_hostile_reply_stays_text(string reply)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(), BounceFixture.Refusal(reply + new string('x', 400))));
        Assert.Equal(["text/plain", "message/delivery-status", "message/rfc822"], bounce!.Parts);
        Assert.Single(bounce.Report.Recipients);
        Assert.Null(bounce.Read.Header("Bcc"));
        Assert.All(
            bounce.Text.Split("\r\n"), line => Assert.True(line.Length <= 998 && line.IndexOfAny(['\r', '\n', '\0', '\u001b']) < 0));
        Assert.All(bounce.Read.Text!.Split('\n'), line => Assert.True(line.TrimEnd('\r').Length <= 80, line));
        Assert.Equal(BounceFixture.Sender, Assert.Single(bounce.Mail.Message.Envelope.Recipients).Address);
    }

    private static async Task<int> CountAsync(BounceFixture bounces, string sender, string verdicts, string mail)
    {
        var count = 0;
        for (var number = 0; number < Mails; number++)
        {
            var address = sender.Replace("{0}", $"u{number}", StringComparison.Ordinal);
            var message = bounces.Message(BounceFixture.Envelope() with { Sender = address }, verdicts);
            count += await bounces.TellAsync(bounces.Failed(message, mail: mail)) is null ? 0 : 1;
        }
        return count;
    }

    [Theory]
    [InlineData("\"a b\"@example.org")]
    [InlineData("\"x\\\"<y>\"@example.org")]
    [InlineData("o'neil+tag=1@example.org")]
    public async Task An_odd_sender_is_written_to_or_left_alone(string sender)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(BounceFixture.Envelope() with { Sender = sender })));
        if (bounce is not null)
            Assert.Equal(sender, Assert.Single(bounce.Mail.Message.Envelope.Recipients).Address);
    }

    [Fact]
    public async Task A_hostile_message_id_is_not_referred_to()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var mail = $"Message-ID: <{new string('a', 2000)}@x>\r\n\r\nhi\r\n";
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(), mail: mail));
        Assert.Null(bounce!.Read.InReplyTo);
    }

    [Fact]
    public async Task Erased_mail_is_not_quoted()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        Assert.Null(await bounces.TellAsync(bounces.Failed(bounces.Message() with { Sha256 = "" })));
    }
}

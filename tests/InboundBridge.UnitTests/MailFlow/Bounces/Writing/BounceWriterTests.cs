using InboundBridge.MailFlow.Spool.Contract;
using MimeKit;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Writing;

/// <summary>Bounces as another library reads them.</summary>
public class BounceWriterTests
{
    [Fact]
    public async Task Another_reader_finds_the_report_and_the_mail()
    {
        await using var bounces =
            await BounceFixture.OpenAsync(options => options with { From = "postmaster@example.com", Language = "de" });
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(), mail: "Subject: Grüße\r\n\r\nAn alle\r\n"));
        var read = MimeMessage.Load(new MemoryStream(bounce!.Octets));
        var report = Assert.IsType<MultipartReport>(read.Body);
        Assert.Equal("delivery-status", report.ReportType);
        Assert.Equal("postmaster@example.com", Assert.IsType<MailboxAddress>(Assert.Single(read.From)).Address);
        var words = Assert.IsType<TextPart>(report[0]);
        Assert.Equal("de", words.Headers[HeaderId.ContentLanguage]);
        Assert.Contains("Ihre Nachricht", words.Text, StringComparison.Ordinal);
        var groups = Assert.IsType<MessageDeliveryStatus>(report[1]).StatusGroups!;
        Assert.Equal(2, groups.Count);
        Assert.Equal("dns; mx.example.com", groups[0]["Reporting-MTA"]);
        Assert.Equal("rfc822; ann@example.com", groups[1]["Final-Recipient"]);
        Assert.Equal("Grüße", Assert.IsType<MessagePart>(report[2]).Message!.Subject);
        Assert.Equal("8BITMIME", bounce.Mail.Message.Envelope.Body);
    }

    [Fact]
    public async Task A_header_with_octets_above_127_is_encoded()
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var envelope = BounceFixture.Envelope() with { DsnReturn = "HDRS" };
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(envelope), mail: "Subject: Grüße\r\n\r\nAn alle\r\n"));
        Assert.Equal("text/rfc822-headers", bounce!.Parts.Last());
        Assert.True(System.Text.Ascii.IsValid(bounce.Octets));
        Assert.Contains("quoted-printable", bounce.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_ascii_bounce_needs_no_extension()
    {
        await using var bounces = await BounceFixture.OpenAsync(options => options with { Language = "ja" });
        var bounce = await bounces.TellAsync(bounces.Failed(
            bounces.Message(), new DeliveryReply(550, "5.1.1", "550 5.1.1 ユーザー不明", "mail.example.com")));
        Assert.True(System.Text.Ascii.IsValid(bounce!.Octets));
        Assert.Equal("7BIT", bounce.Mail.Message.Envelope.Body);
        Assert.Contains("ユーザー不明", bounce.Read.Text, StringComparison.Ordinal);
    }
}

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

    [Theory]
    [InlineData("mail.example.com", "dns; mail.example.com")]
    [InlineData("192.0.2.1", "dns; [192.0.2.1]")]
    [InlineData("2001:db8::1", "dns; [IPv6:2001:db8::1]")]
    public async Task The_other_server_is_a_name_or_a_literal(string host, string expected)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(), new DeliveryReply(550, "5.1.1", "550 5.1.1 no", host)));
        Assert.Contains($"Remote-MTA: {expected}\r\n", bounce!.Text, StringComparison.Ordinal);
    }

    /// <summary>RFC 3464 §2.3: the address as it was given.</summary>
    [Theory]
    [InlineData("\"two  sp1\"@example.com", "\"a  b\"@x.y")]
    [InlineData("\"a long quoted local part   with spaces that would be folded at\"@example.com", "\"   \"@x.y")]
    public async Task Spaces_in_addresses_are_kept(string final, string original)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        var envelope = BounceFixture.Envelope(new MailRecipient(final) { OriginalRecipient = $"rfc822;{original}" });
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message(envelope)));
        var unfolded = bounce!.Text.Replace("\r\n ", " ", StringComparison.Ordinal);
        Assert.Contains($"Final-Recipient: rfc822; {final}\r\n", unfolded, StringComparison.Ordinal);
        Assert.Contains($"Original-Recipient: rfc822; {original}\r\n", unfolded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_sent_to_a_postmaster_whose_mail_we_take()
    {
        await using var bounces = await BounceFixture.OpenAsync(options => options with { Postmaster = "postmaster@example.com" });
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message()));
        Assert.Contains("ask postmaster@example.com", bounce!.Read.Text, StringComparison.Ordinal);
        await using var others = await BounceFixture.OpenAsync();
        bounce = await others.TellAsync(others.Failed(others.Message()));
        Assert.Contains("ask postmaster@mx.example.com", bounce!.Read.Text, StringComparison.Ordinal);
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

using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Signing;

public class LinkSignerTests
{
    private const string Path = "/api/v1/messages/01abc/raw";

    [Fact]
    public void A_link_is_below_the_public_url_and_contains_its_expiry()
    {
        var link = new Uri(Signer(Now).RawMail("01abc")!);
        Assert.Equal("/mail/api/v1/messages/01abc/raw", link.AbsolutePath);
        Assert.StartsWith($"?expires={Now.AddDays(3).ToUnixTimeSeconds()}&signature=", link.Query);
        Assert.True(Verify(link, Now));
    }

    [Fact]
    public void Without_a_public_url_there_are_no_links() =>
        Assert.Null(new LinkSigner(null, new byte[32], TimeSpan.FromDays(1), new FakeTimeProvider(Now)).Attachment("01abc", 1));

    [Theory]
    [InlineData(0, true)]
    [InlineData(3 * 24 * 3600, true)]
    [InlineData(3 * 24 * 3600 + 1, false)]
    public void A_link_expires(int seconds, bool open) =>
        Assert.Equal(open, Verify(new Uri(Signer(Now).RawMail("01abc")!), Now.AddSeconds(seconds)));

    [Fact]
    public void A_changed_link_is_refused()
    {
        var query = Query(new Uri(Signer(Now).RawMail("01abc")!));
        var signer = Signer(Now);
        Assert.True(signer.Verify(Path, query.Expires, query.Signature));
        Assert.False(signer.Verify("/api/v1/messages/01abd/raw", query.Expires, query.Signature));
        Assert.False(signer.Verify(Path, (long.Parse(query.Expires) + 1).ToString(), query.Signature));
        Assert.False(signer.Verify(Path, "0" + query.Expires, query.Signature));
        Assert.False(signer.Verify(Path, query.Expires, query.Signature[..42] + (query.Signature[42] == 'A' ? 'B' : 'A')));
        Assert.False(
            new LinkSigner(null, "another key of thirty-two octets"u8.ToArray(), TimeSpan.Zero, new FakeTimeProvider(Now))
                .Verify(Path, query.Expires, query.Signature));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("-1", "x")]
    [InlineData("99999999999999999999999", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("1e9", "éééééééééééééééééééééééééééééééééééééééééé\ud800")]
    public void Invalid_values_are_refused_without_an_exception(string? expires, string? signature) =>
        Assert.False(Signer(Now).Verify(Path, expires, signature));

    private static LinkSigner Signer(DateTimeOffset now) => new(new Uri("https://mx.example.com/mail/"), new byte[32],
        TimeSpan.FromDays(3), new FakeTimeProvider(now));

    private static bool Verify(Uri link, DateTimeOffset now)
    {
        var query = Query(link);
        return Signer(now).Verify(link.AbsolutePath["/mail".Length..], query.Expires, query.Signature);
    }

    private static (string Expires, string Signature) Query(Uri link)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(link.Query);
        return (query["expires"].ToString(), query["signature"].ToString());
    }
}

using System.Net;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.SenderAuthentication.Spf;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>Greylisting at RCPT: who waits, who does not, and what a client is told.</summary>
public class GreylistedMailTests
{
    private const string Rules =
        "rules: [ { name: no, when: { recipient: nobody@example.com }, then: [ reject: no ] }, { name: all, then: [ webhook: hook ] } ]";

    [Fact]
    public async Task A_stranger_is_deferred_and_accepted_when_it_retries()
    {
        await using var fixture = await CreateAsync();
        await fixture.MailAsync();
        var reply = await fixture.RcptAsync("a@example.com");
        Assert.Equal((451, "4.7.1 Greylisted, please try again in 300 seconds", "greylisted"), (reply.Code, Text(reply), reply.Reason));
        fixture.Clock.Advance(TimeSpan.FromSeconds(20.5));
        Assert.Equal("4.7.1 Greylisted, please try again in 280 seconds", Text(await fixture.RcptAsync("a@example.com")));
        fixture.Receiver.Reset();
        fixture.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(250, (await fixture.SendAsync("Subject: hello\n\ntext\n", "a@example.com", "b@example.com")).Code);
    }

    [Fact]
    public async Task A_recipient_that_is_refused_anyway_is_not_greylisted()
    {
        await using var fixture = await CreateAsync();
        await fixture.MailAsync();
        Assert.Equal(550, (await fixture.RcptAsync("nobody@example.com")).Code);
        Assert.Equal(550, (await fixture.RcptAsync("a@elsewhere.example")).Code);
    }

    [Theory]
    [InlineData("postmaster@example.com")]
    [InlineData("Abuse@example.com")]
    public async Task Mail_for_postmaster_and_abuse_is_not_greylisted(string recipient)
    {
        await using var fixture = await CreateAsync();
        await fixture.MailAsync();
        Assert.Equal(250, (await fixture.RcptAsync(recipient)).Code);
    }

    [Fact]
    public async Task Users_trusted_networks_and_lmtp_are_not_greylisted()
    {
        await using var fixture = await CreateAsync();
        SmtpPeer[] peers =
        [
            Peer(SmtpListenerMode.Mx, peer => peer.Trusted = true), Peer(SmtpListenerMode.Mx, peer => peer.User = "al"),
            Peer(SmtpListenerMode.Lmtp, _ => { }),
        ];
        foreach (var peer in peers)
        {
            await using var receiver = new MailReceiver(peer, fixture.Services);
            await receiver.MailAsync(new MailCommand(new SmtpAddress("al", "customer.example")), CancellationToken.None);
            Assert.Equal(
                250, (await receiver.RcptAsync(new RcptCommand(new SmtpAddress("a", "example.com")), CancellationToken.None)).Code);
        }
    }

    [Theory]
    [InlineData("pass.example", "192.0.2.1", 250)]
    [InlineData("fail.example", "192.0.2.1", 451)]
    [InlineData("none.example", "192.0.2.1", 451)]
    [InlineData("none.example", "198.51.100.7", 250)]
    [InlineData("none.example", "198.51.100.8", 451)]
    public async Task Spf_passes_and_lists_of_good_clients_vouch_for_a_stranger(string domain, string client, int code)
    {
        await using var fixture = await CreateAsync();
        var zone = new ZoneResolver()
            .Txt("pass.example", "v=spf1 ip4:192.0.2.0/24 -all").Txt("fail.example", "v=spf1 -all")
            .Address("7.100.51.198.good.example", "127.0.0.2").Address("8.100.51.198.bad.example", "127.0.0.2");
        fixture.Services.CurrentPolicy = fixture.Services.CurrentPolicy with
        {
            Senders = new SenderChecks(
                new SenderCheckOptions
                {
                    Spf = new SpfOptions(),
                    Lists = [new DnsListOptions { Zone = "good.example", Allow = true }, new DnsListOptions { Zone = "bad.example" }],
                },
                zone, fixture.Clock),
        };
        await using var receiver = new MailReceiver(Peer(SmtpListenerMode.Mx, _ => { }, client), fixture.Services);
        await receiver.ConnectAsync(CancellationToken.None);
        await receiver.MailAsync(new MailCommand(new SmtpAddress("al", domain)), CancellationToken.None);
        Assert.Equal(
            code, (await receiver.RcptAsync(new RcptCommand(new SmtpAddress("a", "example.com")), CancellationToken.None)).Code);
    }

    [Fact]
    public async Task Without_greylisting_no_client_is_deferred()
    {
        await using var fixture = await CreateAsync();
        fixture.Services.CurrentPolicy = fixture.Services.CurrentPolicy with { Greylist = null };
        await fixture.MailAsync();
        Assert.Equal(250, (await fixture.RcptAsync("a@example.com")).Code);
    }

    private static string Text(SmtpReply reply) => $"{reply.Enhanced} {reply.Text}";

    private static SmtpPeer Peer(SmtpListenerMode mode, Action<SmtpPeer> change, string client = "192.0.2.1")
    {
        var peer = new SmtpPeer("mx", mode, new IPEndPoint(IPAddress.Parse(client), 40000), new IPEndPoint(IPAddress.Loopback, 25))
        {
            Helo = "client.example",
        };
        change(peer);
        return peer;
    }

    private static async Task<ReceptionFixture> CreateAsync()
    {
        var fixture = await ReceptionFixture.CreateAsync(Rules, greylist: true);
        fixture.Services.CurrentPolicy = fixture.Services.CurrentPolicy with { Greylist = new GreylistTerms() };
        return fixture;
    }
}

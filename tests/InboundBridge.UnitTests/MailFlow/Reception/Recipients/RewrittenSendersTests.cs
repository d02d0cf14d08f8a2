using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.MailFlow.Reception.Recipients;

/// <summary>Bounces to senders that our relays rewrote.</summary>
public class RewrittenSendersTests
{
    private const string Bounce = "Subject: Undelivered\r\n\r\nSorry.\r\n";

    private static readonly SrsOptions One = new() { Domain = "srs.example.net", Secrets = ["one-secret"] };
    private static readonly SrsOptions Two = new() { Domain = "srs.example.net", Secrets = ["new-secret", "two-secret"] };
    private static readonly SrsOptions Ours = new() { Domain = "example.com", Secrets = ["one-secret"] };

    [Theory]
    [InlineData("one-secret", "hook")]
    [InlineData("two-secret", "other")]
    [InlineData("new-secret", "other")]
    public async Task A_bounce_leaves_by_the_relay_whose_secret_made_the_address(string secret, string destination)
    {
        await using var reception = await StartAsync(("hook", One), ("other", Two));
        var address = Rewritten(reception, One with { Secrets = [secret] }, "al");
        // Servers on the way change the case.
        foreach (var recipient in new[] { address, address.ToUpperInvariant() })
        {
            Assert.Equal(250, (await reception.SendAsync(Bounce, recipient)).Code);
            var delivery = (await reception.DeliveriesAsync())
                .Single(each => each.Recipients[0].Original.StartsWith(recipient[..20], StringComparison.Ordinal));
            Assert.Equal((destination, DeliveryState.Pending, null), (delivery.Destination, delivery.State, delivery.Rule));
            Assert.Equal("al@sender.test", delivery.Recipients[0].Address, ignoreCase: true);
        }
    }

    [Fact]
    public async Task Local_parts_keep_their_quotes()
    {
        await using var reception = await StartAsync(("hook", One));
        Assert.Equal(250, (await reception.SendAsync(Bounce, Rewritten(reception, One, "a b"))).Code);
        Assert.Equal("\"a b\"@sender.test", Assert.Single(await reception.DeliveriesAsync()).Recipients[0].Address);
    }

    [Fact]
    public async Task A_forged_and_an_old_address_are_refused_at_rcpt()
    {
        await using var reception = await StartAsync(("hook", One));
        await reception.MailAsync();
        var address = Rewritten(reception, One, "al");
        var forged = await reception.RcptAsync(address.Replace("=al@", "=bo@", StringComparison.Ordinal));
        Assert.Equal((550, "5.1.1", "forged_return"), (forged.Code, forged.Enhanced.ToString(), forged.Reason));
        reception.Clock.Advance(TimeSpan.FromDays(21));
        await reception.MailAsync();
        Assert.Equal(250, (await reception.RcptAsync(address)).Code);
        reception.Clock.Advance(TimeSpan.FromDays(1));
        await reception.MailAsync();
        Assert.Equal((550, "expired_return"), ((await reception.RcptAsync(address)).Code, (await reception.RcptAsync(address)).Reason));
    }

    [Theory]
    [InlineData("ann@srs.example.net", "relay_denied")]
    [InlineData("postmaster@other.example.net", "relay_denied")]
    [InlineData("postmaster@srs.example.net", "rule_reject")]
    [InlineData("SRS0=abcd=2W=sender.test=al@other.example.net", "relay_denied")]
    [InlineData("al@example.com", "rule_reject")]
    public async Task Other_addresses_are_taken_only_where_the_domain_is_ours(string recipient, string reason)
    {
        await using var reception = await StartAsync(("hook", One), ("other", Ours));
        await reception.MailAsync();
        Assert.Equal(reason, (await reception.RcptAsync(recipient)).Reason);
        Assert.Equal(250, (await reception.RcptAsync(Rewritten(reception, Ours, "al"))).Code);
    }

    [Fact]
    public async Task The_rules_decide_about_the_postmaster_of_the_domain()
    {
        await using var reception = await StartAsync(
            "rules: [{ name: all, when: { recipient: 'postmaster@*' }, then: [webhook: hook] }]", ("other", One));
        Assert.Equal(250, (await reception.SendAsync(Bounce, "Postmaster@srs.example.net")).Code);
        var delivery = Assert.Single(await reception.DeliveriesAsync());
        Assert.Equal(("hook", "Postmaster@srs.example.net"), (delivery.Destination, delivery.Recipients[0].Address));
    }

    [Fact]
    public async Task A_mail_may_have_such_a_recipient_beside_others()
    {
        await using var reception = await StartAsync(
            "rules: [{ name: all, when: { recipient: 'bo@*' }, then: [webhook: hook] }]", ("other", One));
        Assert.Equal(250, (await reception.SendAsync(Bounce, "bo@example.com", Rewritten(reception, One, "al"))).Code);
        var deliveries = await reception.DeliveriesAsync();
        Assert.Equal(
            ["hook: bo@example.com", "other: al@sender.test"],
            deliveries.Select(each => $"{each.Destination}: {each.Recipients[0].Address}").Order(StringComparer.Ordinal));
    }

    private static Task<ReceptionFixture> StartAsync(params (string Destination, SrsOptions Srs)[] relays) =>
        StartAsync("rules: [{ name: no, when: { recipient: '*' }, then: [reject: No] }]", relays);

    private static async Task<ReceptionFixture> StartAsync(string rules, params (string Destination, SrsOptions Srs)[] relays)
    {
        var reception = await ReceptionFixture.CreateAsync(rules);
        var (returned, policy) = (new RewrittenSenders(relays), reception.Services.CurrentPolicy);
        reception.Services.CurrentPolicy = policy with
        {
            Returned = returned,
            Routing = policy.Routing with { Returned = returned.DeliveryFor },
        };
        return reception;
    }

    private static string Rewritten(ReceptionFixture reception, SrsOptions srs, string local)
    {
        var rewritten = new SenderRewriter(srs, reception.Clock).Rewrite(new SrsMailbox(local, "sender.test"))!;
        return new SmtpAddress(rewritten.Local, rewritten.Domain).ToString();
    }
}

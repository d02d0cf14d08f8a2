using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>
/// A client that asks for more than its share of the DNS leaves checks of its own mails unfinished. Such a mail is put off, also where a
/// temporary error of a domain would let it pass.
/// </summary>
public class CrowdedOutTests
{
    private const string Policy = "_dmarc.customer.example";
    private const string Key = "s1._domainkey.customer.example";
    private const string SpfRecord = "customer.example";

    private static readonly EnforcedCheck Enforced = new(Refuses: true, Defers: false);

    [Theory]
    [InlineData("spf", SpfRecord, "spf_temporary")]
    [InlineData("dkim", Key, "dkim_temporary")]
    [InlineData("dmarc", Policy, "dmarc_temporary")]
    [InlineData("iprev", "1.2.0.192.in-addr.arpa", "iprev_temporary")]
    public async Task A_check_with_enforce_puts_the_mail_off(string check, string name, string reason)
    {
        var enforcement = new EnforcementPolicy
        {
            Spf = check == "spf" ? Enforced : default,
            Dkim = check == "dkim" ? Enforced : default,
            Dmarc = check == "dmarc" ? Enforced : default,
            Iprev = check == "iprev" ? Enforced : default,
        };
        // Without a signature and an SPF record, only the policy decides.
        var mail = check == "dmarc" ? SenderScene.Mail : SenderScene.Signed;
        await using var crowded = await SenderScene.CreateAsync(clock => Zone(clock, check).CrowdedOut(name), enforcement: enforcement);
        var reply = await crowded.SendAsync(mail);
        Assert.Equal((451, reason), (reply.Code, reply.Reason));
        await using var failing = await SenderScene.CreateAsync(
            clock => Zone(clock, check).Remove(name).Failing(name), enforcement: enforcement);
        Assert.Equal(250, (await failing.SendAsync(mail)).Code);
    }

    [Theory]
    [InlineData("spf: fail", SpfRecord)]
    [InlineData("dkim: fail", Key)]
    [InlineData("dmarc: fail", Policy)]
    [InlineData("verdict: fail", Policy)]
    [InlineData("dnsbl: bl.example", "1.2.0.192.bl.example")]
    public async Task A_rule_that_asks_puts_the_mail_off(string condition, string name)
    {
        var rules = $$"""
            rules:
              - { name: forged, when: { {{condition}} }, then: [ reject: forged ] }
              - { name: all, then: [ webhook: hook ] }
            """;
        var options = new SenderCheckOptions { Lists = [new DnsListOptions { Zone = "bl.example" }] };
        await using var crowded = await SenderScene.CreateAsync(
            clock => SenderScene.GoodZone(clock).CrowdedOut(name), rules, options);
        Assert.Equal(451, (await crowded.SendAsync(SenderScene.Signed)).Code);
        await using var failing = await SenderScene.CreateAsync(
            clock => SenderScene.GoodZone(clock).Remove(name).Failing(name), rules, options);
        Assert.Equal(250, (await failing.SendAsync(SenderScene.Signed)).Code);
    }

    [Fact]
    public async Task What_was_answered_counts_although_another_look_up_was_crowded_out()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => SenderScene.GoodZone(clock).CrowdedOut(Key),
            "rules: [ { name: ours, when: { verdict: pass, spf: pass }, then: [ webhook: hook ] } ]",
            enforcement: new() { Spf = Enforced, Dmarc = Enforced });
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
    }

    /// <summary>They come before the client's other questions, however many mails it sends.</summary>
    [Fact]
    public async Task The_policy_and_the_first_record_of_spf_are_urgent()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => SenderScene.GoodZone(clock).Remove(SpfRecord).Txt(SpfRecord, "v=spf1 include:spf.customer.example -all")
                .Txt("spf.customer.example", "v=spf1 a:mail.customer.example -all"));
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        Assert.Equal(["_dmarc.customer.example", "_dmarc.example", SpfRecord], scene.Zone.Urgently.Order(StringComparer.Ordinal));
        Assert.Contains(scene.Zone.Asked, question => question.Name == "spf.customer.example");
    }

    /// <summary>Nothing but the check in question can confirm the sender.</summary>
    private static ZoneResolver Zone(TimeProvider clock, string check)
    {
        var zone = SenderScene.GoodZone(clock);
        return check == "dmarc" ? zone.Remove(SpfRecord) : zone;
    }
}

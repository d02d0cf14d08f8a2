using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>Rules on what the checks of the sender say: known at their stage, looked up once, and never guessed.</summary>
public class SenderFactTests
{
    [Fact]
    public async Task Spf_names_and_lists_decide_at_rcpt()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => SenderScene.GoodZone(clock).Address("1.2.0.192.bl.example", "127.0.0.2").Address("1.2.0.192.wl.example", "127.0.1.1"),
            """
            rules:
              - { name: listed, when: { recipient_local: listed, dnsbl: bl.example, dnswl: wl.example }, then: [ reject: listed ] }
              - { name: spf, when: { recipient_local: spf, spf: pass }, then: [ reject: spf ] }
              - { name: named, when: { recipient_local: named, client_name: "*.customer.example" }, then: [ reject: named ] }
              - { name: all, then: [ webhook: hook ] }
            """,
            new SenderCheckOptions
            {
                Lists = [new DnsListOptions { Zone = "bl.example" }, new DnsListOptions { Zone = "wl.example", Allow = true }],
            });
        await scene.Reception.MailAsync();
        foreach (var local in new[] { "listed", "spf", "named" })
        {
            var reply = await scene.Reception.RcptAsync($"{local}@example.com");
            Assert.Equal((550, local), (reply.Code, reply.Text));
        }
        Assert.Equal(250, (await scene.Reception.RcptAsync("ann@example.com")).Code);
    }

    [Theory]
    [InlineData("dkim: pass")]
    [InlineData("dkim_domain: customer.example")]
    [InlineData("dmarc: pass")]
    [InlineData("verdict: pass")]
    [InlineData("arc: none")]
    public async Task Facts_of_the_whole_mail_decide_after_the_data(string condition)
    {
        await using var scene = await SenderScene.CreateAsync(
            rules: $"rules: [ {{ name: mine, when: {{ {condition} }}, then: [ reject: mine ] }}, {{ name: all, then: [ webhook: hook ] }} ]");
        await scene.Reception.MailAsync();
        Assert.Equal(250, (await scene.Reception.RcptAsync("ann@example.com")).Code);
        Assert.Equal("mine", (await scene.Reception.DataAsync(SenderScene.Signed))[0].Text);
    }

    [Fact]
    public async Task The_domains_explanation_stands_in_a_rules_reply()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("customer.example", "v=spf1 -all exp=why.customer.example")
                .Txt("why.customer.example", "not %{i}"),
            "rules: [ { name: spf, when: { spf: fail }, then: [ reject: { enhanced: 5.7.23, text: '{spf_explanation}' } ] } ]");
        await scene.Reception.MailAsync();
        Assert.Equal("not 192.0.2.1", (await scene.Reception.RcptAsync("ann@example.com")).Text);
    }

    /// <summary>A rule that refuses clients without a name must not refuse for good while the DNS is down.</summary>
    [Fact]
    public async Task A_name_that_cannot_be_looked_up_now_is_unknown_and_defers_the_mail()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Failing("1.2.0.192.in-addr.arpa"),
            "rules: [ { name: nameless, when: { client_name: false }, then: [ reject: nameless ] }, { name: all, then: [ webhook: hook ] } ]");
        await scene.Reception.MailAsync();
        Assert.Equal(250, (await scene.Reception.RcptAsync("ann@example.com")).Code);
        var deferred = Assert.Single(await scene.Reception.DataAsync(SenderScene.Mail));
        Assert.Equal((451, "fact_unavailable", "nameless"), (deferred.Code, deferred.Reason, deferred.LogRule));
        Assert.Equal(
            "rule 'nameless' needs client_name: authentication.iprev failed: the client's name can't be looked up now", deferred.LogDetail);
    }

    [Fact]
    public async Task Shadow_rules_read_the_same_answers_and_ask_nothing()
    {
        await using var scene = await SenderScene.CreateAsync(
            shadow: "rules: [ { name: shadow, when: { spf: pass, dkim: pass, dmarc: pass, verdict: pass, client_name: true }, then: [ webhook: other ] } ]");
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        var asked = scene.Zone.Asked.Count;
        await scene.Reception.Receiver.DisposeAsync();
        await scene.Reception.Shadow.DrainAsync();
        Assert.Contains("to other", Assert.Single(scene.Reception.Shadow.Recent).Shadow.Effect, StringComparison.Ordinal);
        Assert.Equal(asked, scene.Zone.Asked.Count);
    }

    [Fact]
    public async Task A_mail_that_is_refused_at_rcpt_is_never_verified()
    {
        await using var scene = await SenderScene.CreateAsync(
            rules: "rules: [ { name: no, when: { recipient: ann@example.com }, then: [ reject: no ] } ]");
        Assert.Equal(550, (await scene.SendAsync(SenderScene.Signed)).Code);
        Assert.DoesNotContain(scene.Zone.Asked, question => question.Name.Contains("_domainkey", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DnsStatus.Failure)]
    [InlineData(DnsStatus.Timeout)]
    public async Task Spf_that_cannot_be_checked_now_is_temperror(DnsStatus status)
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Failing("customer.example", status),
            "rules: [ { name: later, when: { spf: temperror }, then: [ defer: later ] } ]");
        await scene.Reception.MailAsync();
        Assert.Equal(451, (await scene.Reception.RcptAsync("ann@example.com")).Code);
    }
}

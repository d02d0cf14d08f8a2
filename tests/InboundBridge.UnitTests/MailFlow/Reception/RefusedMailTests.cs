using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>What the log is told about a mail that a rule refuses: what the checks have said by then, without waiting for any.</summary>
public class RefusedMailTests
{
    private const string NotAnn = "rules: [ { name: no, when: { recipient: ann@example.com }, then: [ reject: no ] } ]";

    [Fact]
    public async Task A_refusal_after_the_data_has_the_verdicts_that_the_rule_asked_for()
    {
        await using var scene = await SenderScene.CreateAsync(
            rules: "rules: [ { name: forged, when: { dmarc: fail }, then: [ reject: forged ] }, { name: all, then: [ webhook: hook ] } ]");
        var reply = await scene.SendAsync(SenderScene.Mail, "al@other.example");
        Assert.Equal(("rule_reject", "forged"), (reply.Reason, reply.LogRule));
        Assert.Equal("fail (spf=none dkim=none dmarc=fail)", reply.LogAuthentication);
        Assert.Null(reply.LogScan);
    }

    [Fact]
    public async Task A_refusal_at_rcpt_has_what_is_known_by_then()
    {
        await using var scene = await SenderScene.CreateAsync(
            clock => new ZoneResolver(clock).Txt("customer.example", "v=spf1 -all"),
            "rules: [ { name: spf, when: { spf: fail }, then: [ reject: no ] } ]");
        await scene.Reception.MailAsync();
        Assert.Equal("iprev=permerror spf=fail", (await scene.Reception.RcptAsync("ann@example.com")).LogAuthentication);
    }

    [Theory]
    [InlineData("customer.example", "iprev=permerror")]
    [InlineData("", "iprev=permerror spf=none")]
    [InlineData("in-addr.arpa", "spf=none")]
    public async Task A_refusal_waits_for_no_check(string silent, string known)
    {
        await using var scene = await SenderScene.CreateAsync(clock => new ZoneResolver(clock) { Silent = silent }, NotAnn);
        await scene.Reception.MailAsync();
        var refusing = scene.Reception.RcptAsync("ann@example.com");
        Assert.True(refusing.IsCompletedSuccessfully);
        Assert.Equal(known, (await refusing).LogAuthentication);
    }

    [Fact]
    public async Task Of_a_client_that_is_not_checked_the_log_says_so()
    {
        await using var scene = await SenderScene.CreateAsync(rules: NotAnn);
        scene.Reception.Peer.Trusted = true;
        await scene.Reception.MailAsync();
        Assert.Equal("not checked", (await scene.Reception.RcptAsync("ann@example.com")).LogAuthentication);
    }
}

using InboundBridge.Explaining;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>A list that does not answer blocks no mail, and is not taken for a list that does not name the client.</summary>
public class SilentListTests
{
    private static readonly SenderCheckOptions Options = new() { Lists = [new DnsListOptions { Zone = "bl.example" }] };

    [Fact]
    public async Task A_silent_list_is_told_from_one_that_does_not_name_the_client()
    {
        var log = new CaptureLog();
        await using var scene = await SenderScene.CreateAsync(
            clock => SenderScene.GoodZone(clock).Failing("1.2.0.192.bl.example", DnsStatus.Timeout), options: Options, log: log);
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Empty(verdicts.Dnsbl);
        var problem = Assert.Single(verdicts.DnsblProblems);
        Assert.StartsWith("bl.example: ", problem, StringComparison.Ordinal);
        Assert.Contains($"dnsbl: not known: {problem}", VerdictLines.Of(verdicts));
        var received = Assert.Single(log.All, line => line.Event == 1001).Text;
        Assert.Contains(" dmarc=pass dnsbl=temperror)", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_answers_has_no_problem()
    {
        await using var scene = await SenderScene.CreateAsync(options: Options);
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        Assert.Empty((await scene.VerdictsAsync()).DnsblProblems);
        Assert.DoesNotContain("dnsbl_problems", (await scene.StoredAsync()).AuthenticationJson, StringComparison.Ordinal);
    }
}

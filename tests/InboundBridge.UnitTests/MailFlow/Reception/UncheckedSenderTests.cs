using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>Where SPF or DKIM is off, nobody looked for its proof: a mail without it is not called forged.</summary>
public class UncheckedSenderTests
{
    private const string Stranger = "al@other.example";

    private static readonly SignatureOptions WithoutDkim = SignatureOptions.Default with { Dkim = false };

    [Fact]
    public async Task Without_SPF_and_DKIM_nobody_is_judged()
    {
        await using var scene = await SenderScene.CreateAsync(
            options: new SenderCheckOptions { Spf = null, Signatures = WithoutDkim });
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal((CheckResult.None, SenderVerdict.None), (verdicts.Dmarc.Result, verdicts.Verdict));
        Assert.Equal(["no DMARC result, because SPF and DKIM are off"], verdicts.Reasons);
        Assert.DoesNotContain(scene.Zone.Asked, question => question.Name.StartsWith("_dmarc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_DKIM_a_mail_that_SPF_does_not_prove_is_none()
    {
        await using var scene = await SenderScene.CreateAsync(options: new SenderCheckOptions { Signatures = WithoutDkim });
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed, Stranger)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal((CheckResult.None, "reject", SenderVerdict.None), (verdicts.Dmarc.Result, verdicts.Dmarc.Policy, verdicts.Verdict));
        Assert.Equal(
            ["no DMARC result: DKIM is off, which could have proved the author customer.example", "spf=none for other.example"],
            verdicts.Reasons);
    }

    [Fact]
    public async Task Without_SPF_a_mail_without_a_signature_is_none()
    {
        await using var scene = await SenderScene.CreateAsync(options: new SenderCheckOptions { Spf = null });
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Mail)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal((CheckResult.None, SenderVerdict.None), (verdicts.Dmarc.Result, verdicts.Verdict));
        Assert.Equal(["no DMARC result: SPF is off, which could have proved the author customer.example"], verdicts.Reasons);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_check_is_enough_to_pass(bool spf)
    {
        await using var scene = await SenderScene.CreateAsync(
            options: spf ? new SenderCheckOptions { Signatures = WithoutDkim } : new SenderCheckOptions { Spf = null });
        Assert.Equal(250, (await scene.SendAsync(SenderScene.Signed)).Code);
        var verdicts = await scene.VerdictsAsync();
        Assert.Equal((CheckResult.Pass, SenderVerdict.Pass), (verdicts.Dmarc.Result, verdicts.Verdict));
        Assert.Equal([spf ? "spf" : "dkim"], verdicts.Dmarc.Alignment);
    }
}

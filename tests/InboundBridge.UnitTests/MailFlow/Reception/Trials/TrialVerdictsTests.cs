using System.Net;
using System.Text;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Reception.Trials;

/// <summary>A trial looks up what a live mail would, and shows what it found.</summary>
public class TrialVerdictsTests
{
    [Fact]
    public async Task A_trial_has_the_verdicts_of_a_live_mail()
    {
        await using var scene = await SenderScene.CreateAsync(
            rules: "rules: [ { name: good, when: { verdict: pass, spf: pass, client_name: '*.example' }, then: [ webhook: hook ] } ]");
        var outcome = await RunAsync(scene, "192.0.2.1");
        Assert.Equal(TrialFate.Delivered, Assert.Single(outcome.Recipients).Fate);
        Assert.Equal("good", Assert.Single(outcome.Deliveries).Rule);
        Assert.Equal(SenderVerdict.Pass, VerdictsReader.Read(outcome.Message!.AuthenticationJson).Verdict);
        Assert.Equal("mail.customer.example", outcome.Message.Envelope.ClientName);
        Assert.Equal(CheckResult.Pass, outcome.Verdicts.Dmarc.Result);
        Assert.Equal("customer.example", Assert.Single(outcome.Verdicts.Dkim).Domain);
    }

    [Fact]
    public async Task A_trial_shows_what_enforcement_refuses_and_why()
    {
        await using var scene = await SenderScene.CreateAsync(
            enforcement: new() { Spf = new EnforcedCheck(Refuses: true, Defers: false) });
        var outcome = await RunAsync(scene, "198.51.100.7");
        Assert.Equal(TrialFate.Rejected, Assert.Single(outcome.Recipients).Fate);
        Assert.Contains(outcome.Replies, reply => reply is { Stage: "rcpt", Code: 550, Enhanced: "5.7.23", Reason: "spf" });
        Assert.Equal(CheckResult.Fail, outcome.Verdicts.Spf.Result);
    }

    [Fact]
    public async Task A_trusted_client_is_checked_by_a_trial_no_more_than_by_a_session()
    {
        await using var scene = await SenderScene.CreateAsync();
        var outcome = await RunAsync(
            scene, "192.0.2.1", new SmtpServerOptions { Hostname = "mx.example.com", Trusted = [IPNetwork.Parse("192.0.2.0/24")] });
        Assert.Equal(TrialFate.Delivered, Assert.Single(outcome.Recipients).Fate);
        Assert.Empty(scene.Zone.Asked);
    }

    private static Task<TrialOutcome> RunAsync(SenderScene scene, string client, SmtpServerOptions? server = null) =>
        new MailTrial(
            scene.Reception.Services.CurrentPolicy, server ?? new SmtpServerOptions { Hostname = "mx.example.com" }, "mx", scene.Reception.Clock)
            .RunAsync(
                new TrialMail
                {
                    Sender = "al@customer.example",
                    Recipients = ["ann@example.com"],
                    Octets = Encoding.ASCII.GetBytes(SenderScene.Signed),
                    ClientIp = IPAddress.Parse(client),
                    Helo = "mail.customer.example",
                },
                CancellationToken.None);
}

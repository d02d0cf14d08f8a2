using System.Net;
using System.Text;
using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;
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
        var recipient = outcome.Recipients[0];
        Assert.Equal((TrialDecider.Enforcement, "authentication.spf"), (recipient.DecidedBy, recipient.Check));
        Assert.Null(recipient.Explanation);
    }

    /// <summary>The checks have answered when the rules are explained; the stage is the one at which the live server knew.</summary>
    [Theory]
    [InlineData("spf: pass", RuleStage.Recipient)]
    [InlineData("client_name: mail.customer.example", RuleStage.Recipient)]
    [InlineData("subject: hello", RuleStage.Header)]
    [InlineData("dkim: pass", RuleStage.Body)]
    [InlineData("dmarc: pass", RuleStage.Body)]
    [InlineData("verdict: pass", RuleStage.Body)]
    [InlineData("all: [ { spf: pass }, { verdict: pass } ]", RuleStage.Body)]
    public async Task A_verdict_is_certain_at_the_stage_at_which_a_live_mail_has_it(string condition, RuleStage stage)
    {
        await using var scene = await SenderScene.CreateAsync(
            rules: $"rules: [ {{ name: it, when: {{ {condition} }}, then: [ webhook: hook ] }} ]");
        var recipient = Assert.Single((await RunAsync(scene, "192.0.2.1")).Recipients);
        Assert.Equal("it", recipient.Explanation!.Decision.Rule);
        Assert.Equal(stage, recipient.Explanation.Stage);
        Assert.Equal(TrialDecider.Rules, recipient.DecidedBy);
    }

    [Fact]
    public async Task A_refusal_by_DMARC_is_not_a_decision_of_the_rules()
    {
        await using var scene = await SenderScene.CreateAsync(
            enforcement: new() { Dmarc = new EnforcedCheck(Refuses: true, Defers: false) });
        var recipient = Assert.Single((await RunAsync(scene, "198.51.100.7", mail: SenderScene.Mail)).Recipients);
        Assert.Equal((TrialFate.Rejected, TrialDecider.Enforcement), (recipient.Fate, recipient.DecidedBy));
        Assert.Equal(("authentication.dmarc", 550, "5.7.1"), (recipient.Check, recipient.Refusal!.Code, $"{recipient.Refusal.Enhanced}"));
        Assert.Null(recipient.Explanation);
    }

    [Fact]
    public async Task A_quarantine_by_DMARC_is_told_beside_what_the_rules_decided()
    {
        await using var scene = await SenderScene.CreateAsync(
            zone: clock => new ZoneResolver(clock)
                .Ptr("192.0.2.1", "mail.customer.example").Txt("_dmarc.customer.example", "v=DMARC1; p=quarantine"),
            enforcement: new() { Dmarc = new EnforcedCheck(Refuses: true, Defers: false) });
        var recipient = Assert.Single((await RunAsync(scene, "192.0.2.1", mail: SenderScene.Mail)).Recipients);
        Assert.Equal((TrialFate.Held, TrialDecider.Enforcement), (recipient.Fate, recipient.DecidedBy));
        Assert.Equal("authentication.dmarc", recipient.Check);
        Assert.StartsWith("DMARC: customer.example asks to quarantine", recipient.HoldReason, StringComparison.Ordinal);
        Assert.Equal("all", recipient.Explanation!.Decision.Rule);
    }

    [Fact]
    public async Task A_refusal_of_the_session_is_not_a_decision_of_the_rules()
    {
        await using var scene = await SenderScene.CreateAsync();
        var looping = string.Concat(Enumerable.Repeat("Received: from a by b; now\r\n", 200)) + SenderScene.Mail;
        var recipient = Assert.Single((await RunAsync(scene, "192.0.2.1", mail: looping)).Recipients);
        Assert.Equal((TrialDecider.Reception, "loop"), (recipient.DecidedBy, recipient.Refusal!.Reason));
        Assert.Null(recipient.Explanation);
    }

    [Fact]
    public async Task A_stranger_s_trial_says_that_it_would_be_greylisted_and_goes_on()
    {
        await using var scene = await SenderScene.CreateAsync(zone: clock => new ZoneResolver(clock));
        var policy = scene.Reception.Services.CurrentPolicy with { Greylist = new GreylistTerms() };
        var asked = new List<GreylistSight>();
        async Task<TrialRecipient> TryAsync(GreylistAnswer answer, string recipient = "ann@example.com") =>
            Assert.Single((await new MailTrial(
                policy, new SmtpServerOptions { Hostname = "mx.example.com" }, "mx", scene.Reception.Clock,
                (sight, _, _) => { asked.Add(sight); return ValueTask.FromResult(answer); })
                .RunAsync(MailOf("192.0.2.1", SenderScene.Mail) with { Recipients = [recipient] }, CancellationToken.None)).Recipients);

        var stranger = await TryAsync(new GreylistAnswer(TimeSpan.FromSeconds(300)));
        Assert.Equal((TrialFate.Delivered, GreylistChance.Deferred), (stranger.Fate, stranger.Greylisting!.Chance));
        Assert.Equal((451, "Greylisted, please try again in 300 seconds"), (stranger.Greylisting.Reply!.Code, stranger.Greylisting.Reply.Text));
        Assert.Equal(GreylistSight.Of(IPAddress.Parse("192.0.2.1"), "al@customer.example", "ann@example.com"), Assert.Single(asked));
        Assert.Equal(GreylistChance.Known, (await TryAsync(GreylistAnswer.Pass)).Greylisting!.Chance);
        Assert.Equal(GreylistChance.OpenRecipient, (await TryAsync(default, "postmaster@example.com")).Greylisting!.Chance);
        Assert.Null(Assert.Single((await RunAsync(scene, "192.0.2.1")).Recipients).Greylisting);
    }

    [Fact]
    public async Task A_trusted_client_is_checked_by_a_trial_no_more_than_by_a_session()
    {
        await using var scene = await SenderScene.CreateAsync();
        var outcome = await RunAsync(
            scene, "192.0.2.1", new SmtpServerOptions { Hostname = "mx.example.com", Trusted = [IPNetwork.Parse("192.0.2.0/24")] });
        Assert.Equal(TrialFate.Delivered, Assert.Single(outcome.Recipients).Fate);
        Assert.Empty(scene.Zone.Asked);
        Assert.True(outcome.ClientIsTrusted);
        Assert.True(outcome.ChecksSenders);
    }

    private static Task<TrialOutcome> RunAsync(SenderScene scene, string client, SmtpServerOptions? server = null, string? mail = null) =>
        new MailTrial(
            scene.Reception.Services.CurrentPolicy, server ?? new SmtpServerOptions { Hostname = "mx.example.com" }, "mx",
            scene.Reception.Clock)
            .RunAsync(MailOf(client, mail ?? SenderScene.Signed), CancellationToken.None);

    private static TrialMail MailOf(string client, string mail) => new()
    {
        Sender = "al@customer.example",
        Recipients = ["ann@example.com"],
        Octets = Encoding.ASCII.GetBytes(mail),
        ClientIp = IPAddress.Parse(client),
        Helo = "mail.customer.example",
    };
}

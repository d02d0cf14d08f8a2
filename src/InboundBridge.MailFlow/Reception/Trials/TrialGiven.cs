using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>Lays the given facts over a trial: over its session, its checks, and what rules see.</summary>
public static class TrialGiven
{
    private const string Held = "DMARC: the author's domain asks to quarantine mail that does not prove to be its own";

    /// <param name="isChecked">The client is one whose mail is checked: no user, not trusted, on an MX listener.</param>
    public static ReceptionPolicy Over(ReceptionPolicy policy, TrialMail mail, bool isChecked)
    {
        var given = mail.Given;
        if (given.Facts.Count == 0)
            return policy;
        if (!given.ReplacesChecks)
            return policy with { Given = new GivenMail(given.Facts, ReplacesChecks: false) };
        var told = new Dictionary<Fact, FactValue>(given.Facts);
        if (mail.Sender.LastIndexOf('@') is >= 0 and var at)
            told.TryAdd(Fact.SenderDomain, FactValue.Of(mail.Sender[(at + 1)..]));
        var forecast = isChecked ? EnforcementForecast.Of(policy.Enforcement, told, mail.Recipients) : null;
        return policy with
        {
            Senders = null,
            Scanners = null,
            Checks = MailChecks.None,
            Given = new GivenMail(given.Facts, ReplacesChecks: true)
            {
                Verdicts = VerdictsReader.Read((given with { Facts = told }).VerdictsJson()),
                RecipientRefusal = forecast is { Stage: RuleStage.Recipient } ? forecast.Reply : null,
                MessageRefusal = forecast is { Stage: not RuleStage.Recipient } ? forecast.Reply : null,
                HoldReason = forecast is { Reply: null } ? Held : null,
            },
        };
    }

    /// <summary>What the session would have learnt of its client, before it begins.</summary>
    internal static void Tell(SmtpPeer peer, GivenValues given)
    {
        if (given.Facts.TextOf(Fact.Tls) is { } version)
            peer.Tls = new SmtpTls(version, "TLS_AES_256_GCM_SHA384", given.Facts.TextOf(Fact.ClientCertificate));
        peer.User = given.Facts.TextOf(Fact.User);
        if (!given.Facts.TryGetValue(Fact.ClientName, out var name))
            return;
        peer.ClientName = name.Shape == FactShape.Text ? name.Text : null;
        peer.NameReport = peer.ClientName is null ? SmtpNameReport.None : SmtpNameReport.Verified;
    }
}

/// <summary>Stands still at a given time of day; timers and timestamps run as usual.</summary>
public sealed class GivenClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}

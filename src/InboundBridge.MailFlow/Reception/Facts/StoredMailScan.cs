using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.MailFlow.Reception.Facts;

/// <summary>
/// Has a mail in the spool scanned when rules that are evaluated anew ask for an answer that was not stored with it. Each scanner is asked
/// at most once; nothing is counted or logged.
/// </summary>
public sealed class StoredMailScan
{
    private readonly CheckedFacts _facts;
    private readonly ScanAnswers _answers;
    private readonly ScannedMail _mail;

    private StoredMailScan(CheckedFacts facts, ScanAnswers answers, ScannedMail mail) => (_facts, _answers, _mail) = (facts, answers, mail);

    internal FactSet Suppliable => _facts.SuppliableAt(RuleStage.Body);

    /// <summary>Null without scanners.</summary>
    /// <param name="content">Prelude and octets of the message; must stay open while rules are evaluated.</param>
    public static StoredMailScan? Of(SpooledMessage message, MailContent content, ReceptionPolicy policy) =>
        policy.Scanners is { } scanners && policy.Checks.Scanners().Begin() is { } facts
            ? new StoredMailScan(
                facts, scanners.Begin(observer: null), new ScannedMail(message.Id, message.Envelope, content, policy.Hostname)
                {
                    ReceivedAt = message.ReceivedAt,
                })
            : null;

    internal FactValue Get(Fact fact) => _facts.Get(fact);

    internal string? FailureOf(Fact fact) => _facts.FailureOf(fact);

    internal ValueTask SupplyAsync(FactSet facts, CheckedMail mail, CancellationToken cancellationToken) =>
        _facts.SupplyAsync(facts, mail with { Scans = _answers, Scanned = _mail }, failed: null, cancellationToken);
}

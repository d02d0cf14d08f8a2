using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Has a mail scanned before its 250 where a destination is shown what the scanners say, though no rule has asked. Whatever is asked here
/// runs at the same time.
/// </summary>
internal static class PayloadScan
{
    /// <summary>Null: go on. Otherwise a scanner gives no answer, and the mail has to wait for one.</summary>
    public static ValueTask<SmtpReply?> RunAsync(
        MailTransaction transaction, RoutePlan plan, MailContent content, CheckFailure failed, CancellationToken cancellationToken)
    {
        if (transaction.Scans is not { } scans)
            return default;
        var shown = ScanKinds.None;
        foreach (var delivery in plan.Deliveries)
            shown |= transaction.Policy.ScansShown(delivery);
        shown &= scans.Kinds;
        return shown == ScanKinds.None ? default : RunAsync(scans, shown, transaction.ForScanners(content), failed, cancellationToken);
    }

    private static async ValueTask<SmtpReply?> RunAsync(
        ScanAnswers scans, ScanKinds shown, ScannedMail mail, CheckFailure failed, CancellationToken cancellationToken)
    {
        Task spam = shown.HasFlag(ScanKinds.Spam) ? scans.SpamAsync(mail, cancellationToken) : Task.CompletedTask;
        Task virus = shown.HasFlag(ScanKinds.Virus) ? scans.VirusAsync(mail, cancellationToken) : Task.CompletedTask;
        Task signatures = shown.HasFlag(ScanKinds.Signatures) ? scans.SignaturesAsync(mail, cancellationToken) : Task.CompletedTask;
        try
        {
            await Task.WhenAll(spam, virus, signatures);
            return null;
        }
        catch (ScannerUnavailableException)
        {
            // Several may have failed; awaiting them throws the first fault only.
            List<string> faults = [];
            (string Check, Task Answer)[] asked =
                [("scanners.rspamd", spam), ("scanners.clamav", virus), ("authentication.signatures", signatures)];
            foreach (var (check, task) in asked)
            {
                if (task.Exception?.GetBaseException().Message is not { } fault)
                    continue;
                faults.Add(fault);
                failed(mail.Id, check, fault);
            }
            return ReceptionReplies.NotScanned with { LogDetail = $"a destination is shown its answer: {string.Join(", ", faults)}" };
        }
    }
}

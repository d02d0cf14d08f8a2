using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Enforcement;

/// <summary>
/// Refuses, defers or holds mail for what the checks say about its sender. Mail for postmaster alone is exempt: RFC 5321 §4.5.1 wants it to
/// be reachable for everybody, and people whose mail is refused write there.
/// </summary>
internal static class SenderEnforcement
{
    /// <summary>The refusal of a recipient; null when it is accepted so far.</summary>
    public static ValueTask<SmtpReply?> RecipientAsync(
        MailTransaction transaction, SmtpAddress recipient, CancellationToken cancellationToken)
    {
        if (transaction.Policy.Given is { ReplacesChecks: true } given)
            return ValueTask.FromResult(IsPostmaster(recipient.LocalPart) ? null : given.RecipientRefusal);
        var policy = transaction.Policy.Enforcement;
        return !policy.JudgesRecipients || transaction.SenderCheck is not { } sender || IsPostmaster(recipient.LocalPart)
            ? default
            : RecipientAsync(policy, sender, cancellationToken);
    }

    private static async ValueTask<SmtpReply?> RecipientAsync(
        EnforcementPolicy policy, SenderCheck sender, CancellationToken cancellationToken)
    {
        if (policy.Iprev.Refuses)
        {
            var verdict = await sender.IprevAsync(cancellationToken);
            var refusal = Of(verdict, Applied(policy, sender).Iprev, Client(sender));
            if (refusal is not null)
                return refusal;
        }
        if (!policy.Spf.Refuses)
            return null;
        var spf = await sender.SpfAsync(cancellationToken);
        return Of(spf, Applied(policy, sender).Spf, Client(sender));
    }

    /// <summary>The refusal of a whole message; null when it is accepted, or only held.</summary>
    public static ValueTask<SmtpReply?> MessageAsync(MailTransaction transaction, CancellationToken cancellationToken)
    {
        if (transaction.Policy.Given is { ReplacesChecks: true } given)
            return ValueTask.FromResult(IsForPostmasterAlone(transaction) ? null : given.MessageRefusal);
        var policy = transaction.Policy.Enforcement;
        return !policy.JudgesMessages || transaction.SenderCheck is not { } sender || IsForPostmasterAlone(transaction)
            ? default
            : MessageAsync(policy, sender, cancellationToken);
    }

    private static async ValueTask<SmtpReply?> MessageAsync(
        EnforcementPolicy policy, SenderCheck sender, CancellationToken cancellationToken)
    {
        var verdicts = await sender.ConcludeAsync(cancellationToken);
        return Of(verdicts, Applied(policy, sender));
    }

    /// <summary>Ask for it after the check has answered.</summary>
    private static EnforcementPolicy Applied(EnforcementPolicy policy, SenderCheck sender) =>
        sender.IsCrowdedOut ? policy.ForCrowdedOut : policy;

    /// <summary>The plan with its deliveries held, where DMARC asks to quarantine the message. An operator can release them.</summary>
    public static RoutePlan Quarantine(MailTransaction transaction, RoutePlan plan)
    {
        if (plan.Deliveries.Count == 0 || QuarantineReason(transaction) is not { } reason)
            return plan;
        return plan with { Deliveries = [.. plan.Deliveries.Select(delivery => Held(delivery, reason))] };
    }

    /// <summary>Why <see cref="Quarantine"/> holds the message; null where it does not.</summary>
    public static string? QuarantineReason(MailTransaction transaction) =>
        transaction.Policy.Given is { ReplacesChecks: true } given ? (IsForPostmasterAlone(transaction) ? null : given.HoldReason)
            : !transaction.Policy.Enforcement.Dmarc.Refuses || transaction.SenderCheck?.Concluded is not { } verdicts
            || !Fails(verdicts, "quarantine") || IsForPostmasterAlone(transaction)
            ? null : $"DMARC: {verdicts.Dmarc.Domain} asks to quarantine mail that does not prove to be its own";

    private static string Client(SenderCheck sender) => sender.ClientIp?.ToString() ?? "unknown";

    internal static SmtpReply? Of(IprevVerdict verdict, EnforcedCheck check, string client) => verdict.Result switch
    {
        CheckResult.Fail or CheckResult.PermError => EnforcementReplies.NoClientName with { LogDetail = MissingName(verdict, client) },
        CheckResult.TempError when check.Defers => EnforcementReplies.ClientNameNotNow with { LogDetail = MissingName(verdict, client) },
        _ => null,
    };

    private static string MissingName(IprevVerdict verdict, string client) => verdict switch
    {
        { Result: CheckResult.TempError } => $"iprev=temperror: the DNS did not answer for the name of {client}",
        { Result: CheckResult.PermError } => $"iprev=permerror: {client} has no PTR record",
        { Unconfirmed: [_, ..] names } => $"iprev=fail: {string.Join(", ", names)} does not lead back to {client}",
        _ => $"iprev=fail: no name leads back to {client}",
    };

    internal static SmtpReply? Of(SpfVerdict verdict, EnforcedCheck check, string client) => verdict.Result switch
    {
        CheckResult.Fail => EnforcementReplies.SpfFail(verdict, client) with { LogDetail = SpfDetail(verdict) },
        CheckResult.TempError when check.Defers => EnforcementReplies.SpfNotNow with { LogDetail = verdict.Problem },
        _ => null,
    };

    private static string SpfDetail(SpfVerdict verdict) =>
        $"spf=fail for {verdict.Domain} ({verdict.Scope}{(verdict.Mechanism is { } matched ? $", matched by {matched}" : string.Empty)})";

    internal static SmtpReply? Of(MailVerdicts verdicts, EnforcementPolicy policy) =>
        OfDkim(verdicts.Dkim, policy.Dkim) ?? OfDmarc(verdicts, policy.Dmarc);

    private static SmtpReply? OfDkim(IReadOnlyList<DkimVerdict> signatures, EnforcedCheck check)
    {
        if (!check.Refuses || signatures.Any(signature => signature.Result == CheckResult.Pass))
            return null;
        if (signatures.Any(signature => signature.Result == CheckResult.TempError))
            return check.Defers ? EnforcementReplies.DkimNotNow with { LogDetail = Reasons(signatures) } : null;
        return EnforcementReplies.NoSignature with { LogDetail = Reasons(signatures) };
    }

    private static SmtpReply? OfDmarc(MailVerdicts verdicts, EnforcedCheck check)
    {
        if (!check.Refuses)
            return null;
        if (Fails(verdicts, "reject"))
            return EnforcementReplies.DmarcReject(verdicts.Dmarc.Domain) with { LogDetail = string.Join("; ", verdicts.Reasons) };
        // Otherwise who forges a mail would only have to damage its From field.
        if (verdicts.Dmarc.IsAuthorUnknown)
            return EnforcementReplies.NoAuthor(verdicts.Dmarc.Problem ?? "From is unclear")
                with
            { LogDetail = string.Join("; ", verdicts.Reasons) };
        return verdicts.Dmarc.Result == CheckResult.TempError && check.Defers
            ? EnforcementReplies.DmarcNotNow with { LogDetail = verdicts.Dmarc.Problem ?? string.Join("; ", verdicts.Reasons) } : null;
    }

    internal static bool Fails(MailVerdicts verdicts, string policy) => verdicts.Dmarc.Result == CheckResult.Fail
        && verdicts.Dmarc.Policy == policy && verdicts.Verdict != SenderVerdict.Forwarded;

    private static string Reasons(IReadOnlyList<DkimVerdict> signatures) => signatures.Count == 0
        ? "no signature"
        : string.Join("; ", signatures.Select(signature => $"{signature.Domain}: {signature.Reason ?? signature.Result.Word()}"));

    private static SpooledDelivery Held(SpooledDelivery delivery, string reason) => delivery.State == DeliveryState.Pending
        ? delivery with { State = DeliveryState.Held, HoldReason = reason } : delivery;

    private static bool IsForPostmasterAlone(MailTransaction transaction) =>
        transaction.Recipients.All(recipient => IsForPostmaster(recipient.Address));

    /// <param name="recipient">As rules see it.</param>
    internal static bool IsForPostmaster(string recipient)
    {
        var at = recipient.LastIndexOf('@');
        return IsPostmaster(at < 0 ? recipient : recipient[..at]);
    }

    private static bool IsPostmaster(string localPart) => localPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase);
}

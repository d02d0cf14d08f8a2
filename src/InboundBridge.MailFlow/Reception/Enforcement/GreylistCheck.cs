using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception.Enforcement;

/// <summary>
/// Lets strangers wait, recipient by recipient. Trusted networks, users, LMTP clients, senders whose SPF passes and clients on a list of
/// good ones don't wait. Nor does mail for postmaster and abuse, where people write whose mail is refused (RFC 2142).
/// </summary>
internal static class GreylistCheck
{
    /// <summary>Null: the recipient is accepted.</summary>
    public static ValueTask<SmtpReply?> RecipientAsync(
        Greylist? greylist, MailTransaction transaction, RcptCommand command, RuleRecipient recipient, CancellationToken cancellationToken)
    {
        if (greylist is null || transaction.Policy.Greylist is not { } terms || !IsConcerned(transaction.Peer) || IsOpen(command.Recipient))
            return default;
        var sight = GreylistSight.Of(transaction.Peer.ClientIp!, transaction.Sender, recipient.Address);
        var looked = greylist.LookUpAsync(sight, terms, cancellationToken);
        return looked is { IsCompletedSuccessfully: true, Result.MayPass: true }
            ? default
            : AnswerAsync(greylist, looked, sight, terms, transaction.SenderCheck, cancellationToken);
    }

    private static async ValueTask<SmtpReply?> AnswerAsync(
        Greylist greylist, ValueTask<GreylistAnswer> looked, GreylistSight sight, GreylistTerms terms, SenderCheck? sender,
        CancellationToken cancellationToken)
    {
        var answer = await looked;
        if (answer.MayPass || (sender is not null && await IsVouchedForAsync(sender, cancellationToken)))
            return null;
        greylist.Remember(sight, terms);
        return EnforcementReplies.Greylisted(answer.Wait);
    }

    /// <summary>What <see cref="RecipientAsync"/> would do now, without remembering anything; null: strangers don't have to wait.</summary>
    /// <param name="look">Null where nobody can tell who is known.</param>
    public static async ValueTask<GreylistForecast?> ForecastAsync(
        GreylistLook? look, MailTransaction transaction, RcptCommand command, RuleRecipient recipient, CancellationToken cancellationToken)
    {
        if (transaction.Policy.Greylist is not { } terms)
            return null;
        if (!IsConcerned(transaction.Peer))
            return new GreylistForecast(GreylistChance.TrustedClient);
        if (IsOpen(command.Recipient))
            return new GreylistForecast(GreylistChance.OpenRecipient);
        if (transaction.SenderCheck is { } sender && await IsVouchedForAsync(sender, cancellationToken))
            return new GreylistForecast(GreylistChance.VouchedFor);
        if (look is null)
            return new GreylistForecast(GreylistChance.NotKnown);
        var sight = GreylistSight.Of(transaction.Peer.ClientIp!, transaction.Sender, recipient.Address);
        try
        {
            var answer = await look(sight, terms, cancellationToken);
            return answer.MayPass
                ? new GreylistForecast(GreylistChance.Known)
                : new GreylistForecast(GreylistChance.Deferred) { Reply = EnforcementReplies.Greylisted(answer.Wait) };
        }
        catch (SpoolUnavailableException)
        {
            return new GreylistForecast(GreylistChance.NotKnown);
        }
    }

    private static async ValueTask<bool> IsVouchedForAsync(SenderCheck sender, CancellationToken cancellationToken)
    {
        if ((await sender.SpfAsync(cancellationToken)).Result == CheckResult.Pass)
            return true;
        foreach (var listing in (await sender.ListsAsync(cancellationToken)).Listings)
        {
            if (listing.Allows)
                return true;
        }
        return false;
    }

    private static bool IsConcerned(SmtpPeer peer) =>
        peer is { Trusted: false, User: null, Mode: SmtpListenerMode.Mx, ClientIp: not null };

    private static bool IsOpen(SmtpAddress recipient) =>
        recipient.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase)
        || recipient.LocalPart.Equals("abuse", StringComparison.OrdinalIgnoreCase);
}

using InboundBridge.MailFlow.Bounces.Policy;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>
/// Decides which recipients the sender is told of, if any: the manners of RFC 3461, 3834 and 5321 §4.5.5, and our own limits.
/// </summary>
internal sealed class BounceDecision(IMailSpool spool, TimeProvider clock)
{
    /// <summary>Room that reading a packed report may take while its kind is found out.</summary>
    private const long HeavyMail = 16L * 1024 * 1024;

    /// <summary>Recorded for an attempt that ended its delivery: the sender was told then, or was not to be told.</summary>
    private const string FailedAttempt = "failed";

    private readonly ToldRecipients _told = new();
    private readonly BounceRates _rates = new(clock);

    /// <summary>The recipients to tell of before the mail itself is looked at; or none, and why.</summary>
    public async ValueTask<(IReadOnlyList<MailRecipient> Recipients, SuppressedReason Why)> ChooseAsync(
        BounceOccasion occasion, BounceOptions options, CancellationToken cancellationToken)
    {
        var (message, reason) = (occasion.Message, occasion.Reason);
        if (message.Envelope.Sender.Length == 0)
            return ([], SuppressedReason.NullSender);
        var wanted = occasion.Recipients.Where(recipient => reason.IsWanted(occasion.NotifyOf(recipient))).ToList();
        if (wanted.Count == 0)
            return ([], SuppressedReason.NotAsked);
        if (options.OnlyIfAuthenticated && ConfirmedSender.ProofOf(message) == SenderProof.None)
            return ([], SuppressedReason.Unauthenticated);
        if (occasion.Delivery.IsReplay || await WasToldAsync(occasion, cancellationToken))
            return ([], SuppressedReason.Repeated);
        var before = await spool.FindFollowUpsAsync(message.Id, cancellationToken);
        wanted.RemoveAll(recipient => before.Any(bounce => Tells(bounce.Cause!, reason, recipient.Original)));
        return (wanted, SuppressedReason.Repeated);
    }

    /// <summary>
    /// Asks what depends on the mail itself and on bounces to others. Null: the bounce may go; otherwise the reason why not.
    /// </summary>
    /// <param name="recipients">From <see cref="ChooseAsync"/>; those that another delivery tells of at this moment are removed.</param>
    public async ValueTask<SuppressedReason?> AdmitAsync(
        BounceOccasion occasion, BounceOptions options, MimeMessage? mail, List<MailRecipient> recipients,
        CancellationToken cancellationToken)
    {
        if (mail is not null)
        {
            using var place = await ReadingGate.Shared.EnterAsync(mail.GrowsWhenRead ? HeavyMail : 0, cancellationToken);
            if (AutomaticMail.ForbidsBounce(
                mail, occasion.Reason, recipients.Any(recipient => occasion.NotifyOf(recipient) != RecipientNotify.Unspecified)))
                return SuppressedReason.Automatic;
        }
        var isNew = false;
        recipients.RemoveAll(recipient => !TryTell(occasion, recipient, ref isNew));
        if (recipients.Count == 0)
            return SuppressedReason.Repeated;
        return !isNew || TryCount(occasion.Message, options, mail) ? null : SuppressedReason.Limited;
    }

    private bool TryCount(SpooledMessage message, BounceOptions options, MimeMessage? mail)
    {
        var sender = message.Envelope.Sender;
        var domain = "@" + ConfirmedSender.DomainOf(sender);
        (string, int) ofSender = (ConfirmedSender.MailboxOf(sender), options.PerSender);
        (string, int) ofDomain = (domain, options.PerDomain);
        return MayBeReplayed(message, mail)
            ? _rates.TryTake(options.RatePeriod, ofSender, ofDomain, ("signature " + domain, options.PerReplayedDomain))
            : _rates.TryTake(options.RatePeriod, ofSender, ofDomain);
    }

    /// <summary>Only a signature confirms the sender, and its mail does not say that the sender wrote it.</summary>
    private static bool MayBeReplayed(SpooledMessage message, MimeMessage? mail) =>
        ConfirmedSender.ProofOf(message) == SenderProof.Signature
        && mail?.From.Any(author => author.Address.Equals(message.Envelope.Sender, StringComparison.OrdinalIgnoreCase)) != true;

    private bool TryTell(BounceOccasion occasion, MailRecipient recipient, ref bool isNew)
    {
        var mayTell =
            _told.TryTell(occasion.Message.Id, recipient.Original, occasion.Reason.News(), occasion.Teller, out var isFirst);
        isNew |= isFirst;
        return mayTell;
    }

    private async ValueTask<bool> WasToldAsync(BounceOccasion occasion, CancellationToken cancellationToken) =>
        occasion.Reason is BounceReason.Failed or BounceReason.Expired
            && (await spool.ListAttemptsAsync(occasion.Delivery.Id, cancellationToken)).Any(attempt => attempt.Outcome == FailedAttempt);

    private static bool Tells(MailCause told, BounceReason reason, string recipient) =>
        BounceReasonText.News(told.Reason) == reason.News() && told.Recipients.Contains(recipient, StringComparer.Ordinal);
}

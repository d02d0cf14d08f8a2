using InboundBridge.MailFlow.Bounces.Policy;
using InboundBridge.MailFlow.Bounces.Writing;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Bounces;

/// <summary>
/// Tells senders what became of their mail (RFC 3461 to 3464). Each bounce is a mail of its own with one delivery, to the relay
/// <see cref="BounceOptions.Via"/>.
/// <para>
/// Durable state: a bounce is committed in the transaction that records what it tells, so that neither is stored without the other
/// (<see cref="DeliveryCompletion.FollowUps"/>). A bounce names its cause (<see cref="SpooledMessage.Cause"/>); by that we find out whether
/// a bounce was sent before. The recorded attempts of a delivery show whether the sender already knows of its delay or its end. Two things
/// are in memory only: how many bounces each sender got, and which bounces are being written now. Retention deletes bounces like other
/// mail.
/// </para>
/// </summary>
public sealed class DeliveryBounces
{
    private const string OnFailure = "bounce";

    private readonly IMailSpool _spool;
    private readonly TimeProvider _clock;
    private readonly BounceMetrics _metrics;
    private readonly ILogger _log;
    private readonly MessageIdSource _ids;
    private readonly BounceDecision _decision;
    private readonly BounceStaging _staging;
    private volatile BounceOptions _options;

    public DeliveryBounces(IMailSpool spool, TimeProvider clock, BounceMetrics metrics, ILogger<DeliveryBounces> log, BounceOptions options)
    {
        (_spool, _clock, _metrics, _log, _options) = (spool, clock, metrics, log, options);
        _ids = new MessageIdSource(clock);
        _decision = new BounceDecision(spool, clock);
        _staging = new BounceStaging(spool, _ids);
        Hooks = new DeliveryHooks
        {
            Ended = EndedAsync,
            WantsEnd = WantsEnd,
            Waits = WaitsAsync,
            WantsWait = WantsWait,
            WaitsAfter = WaitsAfter,
        };
    }

    /// <summary>For <see cref="MailQueue.Hooks"/>.</summary>
    public DeliveryHooks Hooks { get; }

    /// <summary>The options in force.</summary>
    public BounceOptions Options => _options;

    public void Replace(BounceOptions options) => _options = options;

    /// <summary>
    /// Asked for each delivered mail: a success is told only where NOTIFY asks for it and the next server does not tell it.
    /// </summary>
    private bool WantsEnd(DeliveryEnd end)
    {
        if (_options.Via is null)
            return false;
        return end.State switch
        {
            DeliveryState.Delivered => !end.TookNotify && AsksFor(end.Message.Envelope, RecipientNotify.Success),
            DeliveryState.Dead => end.Delivery.Destination.Length == 0 || end.Destination?.OnFailure == OnFailure,
            _ => false,
        };
    }

    private TimeSpan? WaitsAfter() => _options is { Via: not null } options ? options.DelayAfter : null;

    private bool WantsWait(DeliveryWait wait) =>
        _options is { Via: not null } options && DelayMoment.IsOver(wait.Delivery, wait.Attempt, options.DelayAfter)
        && (wait.Destination.OnFailure == OnFailure || AsksFor(wait.Message.Envelope, RecipientNotify.Delay));

    private static bool AsksFor(MailEnvelope envelope, RecipientNotify notify)
    {
        for (var index = 0; index < envelope.Recipients.Count; index++)
        {
            if ((envelope.Recipients[index].Notify & notify) == notify)
                return true;
        }
        return false;
    }

    private ValueTask<NewMail?> EndedAsync(DeliveryEnd end, CancellationToken cancellationToken) =>
        TellAsync(BounceOccasion.Of(end), cancellationToken);

    private async ValueTask<NewMail?> WaitsAsync(DeliveryWait wait, CancellationToken cancellationToken)
    {
        var before = await _spool.ListAttemptsAsync(wait.Delivery.Id, cancellationToken);
        return DelayMoment.IsFirst(wait.Delivery, wait.Attempt, before, _options.DelayAfter)
            ? await TellAsync(BounceOccasion.Of(wait), cancellationToken)
            : null;
    }

    private async ValueTask<NewMail?> TellAsync(BounceOccasion occasion, CancellationToken cancellationToken)
    {
        var options = _options;
        if (options.Via is null || occasion.Message.IsErased)
            return null;
        var (chosen, why) = await _decision.ChooseAsync(occasion, options, cancellationToken);
        if (chosen.Count == 0)
            return Suppress(occasion, why);
        var opened = occasion.Content is null ? await OpenAsync(occasion.Message.Id, cancellationToken) : null;
        try
        {
            var content = occasion.Content ?? opened;
            var mail = content is null ? null : await ParsedMail.OpenAsync(content, null, cancellationToken);
            List<MailRecipient> told = [.. chosen];
            if (await _decision.AdmitAsync(occasion, options, mail, told, cancellationToken) is { } refusal)
                return Suppress(occasion, refusal);
            var bounce = Describe(occasion, told, mail?.MessageId);
            var returned = await ReturnedMail.ReadAsync(content, WantsWhole(occasion), options, cancellationToken);
            return new BounceWriter(options).Write(bounce, returned) is { } written
                ? await StageAsync(bounce, occasion, written, options.Via, cancellationToken)
                : Suppress(occasion, SuppressedReason.BadAddress);
        }
        finally
        {
            opened?.Dispose();
        }
    }

    /// <summary>Null where the octets are gone or damaged: the bounce then returns nothing of the mail.</summary>
    private async ValueTask<MailContent?> OpenAsync(string messageId, CancellationToken cancellationToken)
    {
        try
        {
            return await _spool.OpenContentAsync(messageId, cancellationToken);
        }
        catch (MessageDamagedException)
        {
            // The queue has logged it: the damage is why the delivery failed.
            return null;
        }
    }

    /// <summary>RFC 3461 §4.3: RET is about failures; other reports return the header alone.</summary>
    private static bool WantsWhole(BounceOccasion occasion) =>
        occasion.Reason.News() == BounceReason.Failed.News() && occasion.Message.Envelope.DsnReturn != "HDRS";

    private BounceContent Describe(BounceOccasion occasion, List<MailRecipient> told, string? messageId)
    {
        var fates = new FateReader(occasion.Reason, occasion.IsOfWebhook);
        var (delivery, now) = (occasion.Delivery, _clock.GetUtcNow());
        return new BounceContent(
            _ids.Next(),
            occasion.Reason,
            occasion.Message,
            occasion.Message.Subject,
            messageId,
            [.. told.Select(recipient => fates.Read(occasion.Named(recipient), recipient, recipient.Reply ?? occasion.Reply))],
            now,
            delivery.QueuedAt ?? delivery.CreatedAt,
            occasion.Reason == BounceReason.Refused ? null : now,
            occasion.Until);
    }

    private async ValueTask<NewMail> StageAsync(
        BounceContent bounce, BounceOccasion occasion, WrittenMail written, string via, CancellationToken cancellationToken)
    {
        var cause = new MailCause(
            occasion.Message.Id, occasion.Delivery.Id, occasion.Reason.Word(), [.. bounce.Fates.Select(fate => fate.Recipient.Address)]);
        var mail = await _staging.StageAsync(bounce, cause, written, via, cancellationToken);
        _metrics.Sent(bounce.Reason);
        BounceLog.Written(_log, bounce.Id, cause.MessageId, cause.DeliveryId, cause.Reason, cause.Recipients.Count);
        return mail;
    }

    private NewMail? Suppress(BounceOccasion occasion, SuppressedReason why)
    {
        _metrics.Suppressed(why);
        var (message, delivery, reason) = (occasion.Message.Id, occasion.Delivery.Id, occasion.Reason.Word());
        if (why == SuppressedReason.Limited)
            BounceLog.Limited(_log, message, delivery, reason);
        else
            BounceLog.Suppressed(_log, message, delivery, reason, BounceMetrics.Word(why));
        return null;
    }
}

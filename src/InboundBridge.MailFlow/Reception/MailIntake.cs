using System.Buffers;
using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.ForgedResults;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Streams a message from the session into a staged message. A verifier of signatures sees each octet as it came; after that, fields that
/// claim to hold our verdicts are removed. When the header has come and more follows, it asks the rules whether they refuse the message
/// already; then the rest is not stored.
/// </summary>
internal sealed class MailIntake(ReceptionServices services)
{
    /// <summary>
    /// From this many octets on, a refusal after the header saves more disk work than asking the rules costs. Most messages are smaller.
    /// </summary>
    private const int WorthSparing = 8 * 1024;

    private static ReadOnlySpan<byte> HeaderEnd => "\r\n\r\n"u8;

    /// <summary>Null when the message is whole and sealed, otherwise the replies that refuse it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SmtpReply[]?> ReadAsync(
        MailTransaction transaction, MailFacts facts, StagedMessage staged, SmtpBody body, CancellationToken cancellationToken)
    {
        var sender = transaction.SenderCheck;
        var sieve = new HeaderSieve(transaction.Policy.AuthservIds);
        var (asked, searched, searchedForSender) = (false, 0L, 0L);
        while (true)
        {
            var room = staged.GetBuffer();
            var count = sieve.Take(room.Span);
            if (count == 0)
            {
                var arrived = await body.ReadAsync(room, cancellationToken);
                if (arrived > 0)
                    sender?.Take(room.Span[..arrived]);
                if (arrived > 0 && sender is { WantsHeader: true } && staged.Length > 0 && HeaderIsIn(staged, ref searchedForSender))
                    SenderHeaders.Tell(sender, ParsedMail.Open(staged.Content, transaction.Policy.Mime));
                if (arrived == 0 && sieve.End())
                    break;
                count = sieve.Sift(room.Span[..arrived]);
                if (count == 0)
                    continue;
            }
            // Only when more follows the header: a message that came in one or two pieces is about to be judged as a whole.
            if (!asked && staged.Length + count > WorthSparing && HeaderIsIn(staged, ref searched))
            {
                asked = true;
                if (await RefusalAfterHeaderAsync(transaction, facts, staged, cancellationToken) is { } refused)
                    return refused;
            }
            await staged.AdvanceAsync(count, cancellationToken);
        }
        if (body.Refusal is { } refusal)
            return DataReplies.Same(transaction, refusal);
        await staged.SealAsync(cancellationToken);
        return null;
    }

    /// <param name="searched">Octets that have been searched for the empty line, which may lie across their end; updated.</param>
    private static bool HeaderIsIn(StagedMessage staged, ref long searched)
    {
        var content = staged.Content;
        var from = Math.Max(0, searched - HeaderEnd.Length);
        var window = (int)(content.Length - from);
        searched = content.Length;
        if (content.TryGetMemory(out var memory))
            return memory.Span[(int)from..].IndexOf(HeaderEnd) >= 0;
        var rented = ArrayPool<byte>.Shared.Rent(window);
        try
        {
            var read = 0;
            while (read < window && content.Read(from + read, rented.AsSpan(read, window - read)) is > 0 and var count)
                read += count;
            return rented.AsSpan(0, read).IndexOf(HeaderEnd) >= 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Null unless the rules refuse every recipient already.</summary>
    private async ValueTask<SmtpReply[]?> RefusalAfterHeaderAsync(
        MailTransaction transaction, MailFacts facts, StagedMessage staged, CancellationToken cancellationToken)
    {
        facts.HeaderArrived(ParsedMail.Open(staged.Content, transaction.Policy.Mime));
        var refusals = new RoutedRefusal?[transaction.Recipients.Count];
        for (var index = 0; index < refusals.Length; index++)
        {
            refusals[index] = await MailRouter.RefusalAsync(
                transaction.Policy.Routing, facts, transaction.Recipients[index], RuleStage.Header, transaction.BeganAt, cancellationToken);
            if (refusals[index] is null)
                return null;
        }
        if (RoutePlan.WholeOf(refusals) is not { } whole)
            return null;
        foreach (var refusal in refusals)
            services.Router.Count(transaction.Policy.Routing, facts, refusal!, transaction.BeganAt);
        ShadowOffer.Header(services, transaction, staged.Content);
        return DataReplies.Of(transaction, RefusalReply.Of(transaction, whole), refusals);
    }
}

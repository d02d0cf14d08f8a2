using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Spool;
using InboundBridge.Mime;
using InboundBridge.Rules;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Streams a mail from the wire into a staged message behind our trace field. When the header has come in and more is to follow, the rules are asked
/// whether they refuse already: then the rest isn't written anywhere.
/// </summary>
internal sealed class MailIntake(ReceptionServices services)
{
    /// <summary>Octets from which on a refusal after the header spares the disk more than asking for it costs; most mails end before.</summary>
    private const int WorthSparing = 8 * 1024;

    private static ReadOnlySpan<byte> HeaderEnd => "\r\n\r\n"u8;

    /// <summary>Null when the mail is whole and sealed; else why it is refused.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SmtpReply?> ReadAsync(
        MailTransaction transaction, MailFacts facts, StagedMessage staged, SmtpBody body, ReadOnlyMemory<byte> trace, CancellationToken cancellationToken)
    {
        await WriteAsync(staged, trace, cancellationToken);
        var (headerIsIn, asked) = (false, false);
        while (await body.ReadAsync(staged.GetBuffer(), cancellationToken) is > 0 and var count)
        {
            // Asked only when the header is followed by more: a mail that came in one or two pieces is about to be judged as a whole.
            if (headerIsIn && !asked && staged.Length + count > WorthSparing)
            {
                asked = true;
                if (await RefusalAfterHeaderAsync(transaction, facts, staged, cancellationToken) is { } refused)
                    return refused;
            }
            await staged.AdvanceAsync(count, cancellationToken);
            headerIsIn = headerIsIn || HeaderIsIn(staged, count);
        }
        if (body.Refusal is { } refusal)
            return refusal;
        await staged.SealAsync(cancellationToken);
        return null;
    }

    private static async ValueTask WriteAsync(StagedMessage staged, ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        while (octets.Length > 0)
        {
            var buffer = staged.GetBuffer();
            var count = Math.Min(buffer.Length, octets.Length);
            octets[..count].CopyTo(buffer);
            await staged.AdvanceAsync(count, cancellationToken);
            octets = octets[count..];
        }
    }

    /// <summary>Looks at the last octets only: the empty line may lie across two reads.</summary>
    private static bool HeaderIsIn(StagedMessage staged, int arrived)
    {
        var from = Math.Max(0, staged.Length - arrived - HeaderEnd.Length);
        var window = (int)(staged.Length - from);
        if (staged.Content.TryGetMemory(out var memory))
            return memory.Span[(int)from..].IndexOf(HeaderEnd) >= 0;
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(window);
        try
        {
            var read = 0;
            while (read < window && staged.Content.Read(from + read, rented.AsSpan(read, window - read)) is > 0 and var count)
                read += count;
            return rented.AsSpan(0, read).IndexOf(HeaderEnd) >= 0;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async ValueTask<SmtpReply?> RefusalAfterHeaderAsync(
        MailTransaction transaction, MailFacts facts, StagedMessage staged, CancellationToken cancellationToken)
    {
        facts.HeaderArrived(MimeMessage.Open(staged.Content, transaction.Policy.Mime));
        RuleRefusal? first = null;
        foreach (var recipient in transaction.Recipients)
        {
            var refusal = await services.Router.RefusalAsync(transaction.Policy.Routing, facts, recipient, RuleStage.Header, transaction.BeganAt, cancellationToken);
            if (refusal is null)
                return null;
            first ??= refusal;
        }
        if (first is null)
            return null;
        ShadowOffer.Header(services, transaction, staged.Content);
        return RefusalReply.Of(first);
    }
}

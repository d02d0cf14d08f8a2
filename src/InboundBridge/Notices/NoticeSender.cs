using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Options.Watching;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Contract.Notices;
using InboundBridge.Setup;

namespace InboundBridge.Notices;

/// <summary>
/// Puts notices into the queue. Of one kind and subject there is at most one in its window, over restarts and over all nodes of a spool:
/// a note of the spool says until when nothing is told.
/// </summary>
internal sealed class NoticeSender(IMailSpool spool, MailQueue queue, CurrentSetup current, TimeProvider clock)
{
    private const string NoteKind = "notice";

    private readonly MessageIdSource _ids = new(clock);

    /// <returns>Null: it is in the queue. Else when it may be told.</returns>
    /// <exception cref="SpoolUnavailableException">Nothing was kept.</exception>
    public async ValueTask<DateTimeOffset?> SendAsync(WaitingNotice waiting, NotifyOptions notify, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var node = NoticeTerms.IsOfNode(waiting.Kind) ? current.Setup.Options.Hostname : string.Empty;
        var key = $"{NoticeTerms.NameOf(waiting.Kind)} {node} {waiting.Subject}";
        var note = new SpoolNote(NoteKind, key, ReadOnlyMemory<byte>.Empty, now + NoticeTerms.WindowOf(waiting.Kind));
        if (!await spool.TryKeepNoteAsync(note, cancellationToken))
        {
            var until = (await spool.FindNoteAsync(NoteKind, key, cancellationToken))?.Expires ?? now + NoticeTerms.Gathering;
            if (until <= note.Expires + NoticeTerms.LongestSkew)
                return until;
            // It would keep everybody silent until then.
            await spool.ForgetNotesAsync(NoteKind, [key], cancellationToken);
            return now + NoticeTerms.Gathering;
        }
        try
        {
            await SubmitAsync(waiting, notify, now, cancellationToken);
            return null;
        }
        catch
        {
            await spool.ForgetNotesAsync(NoteKind, [key], CancellationToken.None);
            throw;
        }
    }

    /// <summary>Whether a dead delivery is a notice itself: nobody is told of it, or notices would follow each other for ever.</summary>
    public async ValueTask<bool> IsNoticeAsync(SpooledDelivery delivery, CancellationToken cancellationToken) =>
        delivery.Tags.Contains(NoticeMail.Tag, StringComparer.Ordinal)
        && await spool.FindMessageAsync(delivery.MessageId, cancellationToken) is { Envelope.Notice: not null };

    private async ValueTask SubmitAsync(
        WaitingNotice waiting, NotifyOptions notify, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var setup = current.Setup;
        var (options, mask) = (setup.Options, SecretMask.Of(setup.Secrets));
        var notice = new MailNotice(
            NoticeTerms.NameOf(waiting.Kind), waiting.Subject, waiting.Count, waiting.FirstAt, waiting.LastAt,
            NoticeTerms.Shown(NoticeTerms.SummaryOf(waiting.Kind, waiting.Subject, waiting.Count)),
            waiting.Detail is { } detail ? NoticeTerms.Shown(mask(detail)) : null, waiting.MessageId, options.Hostname);
        var (id, postmaster) = (_ids.Next(), PostmasterCheck.AddressOf(options));
        await using var staged = spool.Stage(id);
        await staged.WriteAsync(NoticeMail.Write(notice, id, postmaster, now), cancellationToken);
        await staged.SealAsync(cancellationToken);
        var message = NoticeMail.MessageOf(notice, staged, id, postmaster, options.Version, now);
        await queue.AcceptAsync(staged, message, [NoticeMail.DeliveryOf(notice, message, _ids.Next(), notify.Webhook)], cancellationToken);
    }
}

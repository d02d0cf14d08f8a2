using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Moving.Format;
using InboundBridge.MailFlow.Spool.Sealing;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>
/// Stores what a file holds. Mails are stored in transactions of some dozens, and can be claimed when the last of them is stored
/// (<see cref="ImportMark"/>). Whatever is there already is passed over, so a second run completes what the first one left.
/// </summary>
internal sealed class SpoolImport(
    ExportFileReader file, ISpoolTarget target, OptionsSeal key, TimeProvider clock, MoveProblems problems,
    IProgress<MoveProgress>? progress)
{
    private const int LargestBatch = 64;

    /// <summary>Octets of small mails that wait for a transaction in memory.</summary>
    private const long LargestOctets = 4 * 1024 * 1024;

    private readonly List<ArrivingMail> _batch = [];
    private long _waiting;
    private long _octets;
    private bool _isIntoNothing;

    public long Added { get; private set; }

    public long PassedOver { get; private set; }

    /// <summary>An earlier run has stored everything.</summary>
    public bool WasDone { get; private set; }

    /// <summary>False: the spool keeps another key of links, so that links in mails of the file end.</summary>
    public bool TookLinkKey { get; private set; } = true;

    /// <param name="header">What was read of the file.</param>
    /// <param name="whole">The digest of the file that was checked; null where it comes through a pipe.</param>
    /// <exception cref="ExportDamagedException">The file is damaged. What was taken until then waits for another run.</exception>
    /// <exception cref="SpoolRefusedException">Another import is not finished, or was of another file.</exception>
    public async Task RunAsync(ExportHeader header, string? whole, CancellationToken cancellationToken)
    {
        var mark = new ImportMark(target.Spool, header.Id);
        var state = await mark.ReadAsync(cancellationToken);
        var digests = new FileDigests(Convert.ToHexStringLower(file.Digest), whole);
        digests.Check(state, target.Place);
        WasDone = state is { Name: ImportMark.Releasing or ImportMark.Done };
        if (!WasDone)
        {
            await CheckOthersAsync(header.Id, cancellationToken);
            _isIntoNothing = state is null && (await target.Spool.ReadTotalsAsync(cancellationToken)).Messages == 0;
            await target.BeginAsync(cancellationToken);
            await mark.WriteAsync(ImportMark.Taking, digests with { Whole = whole ?? state?.File.Whole }, cancellationToken);
            await TakeAllAsync(header, cancellationToken);
            digests = digests with { Whole = Convert.ToHexStringLower(file.Digest) };
            // Read through a pipe, or changed since it was checked.
            digests.Check(new ImportState(ImportMark.Taking, new FileDigests(null, whole ?? state?.File.Whole)), target.Place);
            await mark.WriteAsync(ImportMark.Releasing, digests, cancellationToken);
        }
        if (state?.Name != ImportMark.Done)
        {
            await target.ReleaseAsync(cancellationToken);
            await mark.WriteAsync(ImportMark.Done, WasDone ? state!.File : digests, cancellationToken);
        }
        await target.EndAsync(cancellationToken);
    }

    /// <summary>Releasing this import would release what another one has taken of its file so far.</summary>
    private async Task CheckOthersAsync(string id, CancellationToken cancellationToken)
    {
        var others = (await ImportMark.FindUnfinishedAsync(target.Spool, cancellationToken)).Keys.Where(other => other != id).ToList();
        if (others.Count > 0)
        {
            throw new SpoolRefusedException(
                $"the import of another export ({string.Join(", ", others.Take(3))}) into {target.Place} was interrupted. Complete it with " +
                "'inboundbridge spool import FILE' and its file, or remove what it has stored with 'inboundbridge spool import --abandon'");
        }
    }

    private async Task TakeAllAsync(ExportHeader header, CancellationToken cancellationToken)
    {
        if (header.LinkKey is { } sealedKey && key.Open(sealedKey, ExportFileWriter.LinkPlace(header.Id)) is { } text)
            TookLinkKey = await target.TakeLinkKeyAsync(Convert.FromBase64String(text), cancellationToken);
        try
        {
            while (await file.NextAsync(cancellationToken) is { } entry)
            {
                if (entry is not ExportEntry.Mail)
                    await FlushAsync(cancellationToken);
                await TakeAsync(entry, cancellationToken);
            }
            await FlushAsync(cancellationToken);
        }
        finally
        {
            await DropAsync();
        }
    }

    private async Task TakeAsync(ExportEntry entry, CancellationToken cancellationToken)
    {
        switch (entry)
        {
            case ExportEntry.Mail mail:
                await TakeAsync(mail.Value, cancellationToken);
                progress?.Report(new MoveProgress("stored", file.Count.Messages, _octets));
                break;
            case ExportEntry.Pauses pauses:
                var known = await target.Spool.ReadPausesAsync(cancellationToken);
                foreach (var (destination, reason) in pauses.Value.Where(pause => !known.ContainsKey(pause.Key)))
                    await target.Spool.SetPauseAsync(destination, reason, cancellationToken);
                break;
            case ExportEntry.Greylist greylist:
                await target.Spool.KeepGreylistAsync(greylist.Value, cancellationToken);
                break;
            case ExportEntry.Note note:
                await TakeAsync(note.Value, cancellationToken);
                break;
        }
    }

    private async Task TakeAsync(SpoolNote note, CancellationToken cancellationToken)
    {
        if (note.Kind != ImportMark.Kind && note.Expires > clock.GetUtcNow()
            && await target.Spool.FindNoteAsync(note.Kind, note.Key, cancellationToken) is null)
            await target.Spool.KeepNotesAsync([note], cancellationToken);
    }

    private async Task TakeAsync(MovedMail mail, CancellationToken cancellationToken)
    {
        // Into an empty spool there is no need to ask for each mail whether it is there.
        if (!_isIntoNothing && await target.Spool.FindMessageAsync(mail.Message.Id, cancellationToken) is not null)
        {
            await file.ReadBodyAsync(null, cancellationToken);
            PassedOver++;
            return;
        }
        var open = mail with { Deliveries = [.. mail.Deliveries.Select(Unsealed)] };
        if (!mail.HasBody)
        {
            await file.ReadBodyAsync(null, cancellationToken);
            _batch.Add(new ArrivingMail(open, null));
        }
        else
            _batch.Add(new ArrivingMail(open, await StageAsync(mail, cancellationToken)));
        if (_batch.Count >= LargestBatch || _waiting >= LargestOctets)
            await FlushAsync(cancellationToken);
    }

    private async Task<StagedMessage> StageAsync(MovedMail mail, CancellationToken cancellationToken)
    {
        await using var arrival = new BodyArrival(target.Spool, mail.Message);
        await file.ReadBodyAsync(piece => arrival.TakeAsync(piece, cancellationToken), cancellationToken);
        var staged = await arrival.EndAsync(cancellationToken);
        if (!file.IsIntact)
            problems.Add($"message {mail.Message.Id}: its octets were damaged or missing when it was exported");
        var octets = staged.Content.Length;
        _octets += octets;
        _waiting += octets;
        return staged;
    }

    private MovedDelivery Unsealed(MovedDelivery moved) => moved with
    {
        Delivery = moved.Delivery with { OptionsJson = key.Open(moved.Delivery.OptionsJson, moved.Delivery.Id) },
    };

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
        {
            var added = await target.AddAsync(_batch, cancellationToken);
            Added += added;
            PassedOver += _batch.Count - added;
        }
        await DropAsync();
    }

    private async ValueTask DropAsync()
    {
        foreach (var mail in _batch)
        {
            if (mail.Staged is { } staged)
                await staged.DisposeAsync();
        }
        _batch.Clear();
        _waiting = 0;
    }
}

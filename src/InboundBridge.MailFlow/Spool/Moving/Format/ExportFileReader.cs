using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>
/// Reads a file of an export front to back, and believes nothing of it: every entry is checked before it is handed out, except the octets
/// of a mail, which whoever reads them must not use before <see cref="ReadBodyAsync"/> has come to their end.
/// </summary>
/// <param name="name">Of the file, for people.</param>
internal sealed class ExportFileReader(Stream input, string name = ExportFileReader.StandardInput) : IDisposable
{
    public const string StandardInput = "standard input";

    private readonly FrameReader _frames = new(input, name);

    /// <summary>Digests of the ids so far, of messages and deliveries: 16 octets instead of up to 512.</summary>
    private readonly HashSet<UInt128> _ids = [];

    private MovedMail? _mail;
    private FrameKind _section = FrameKind.Header;
    private long _number;

    /// <summary>What was read so far, as far as it is proved.</summary>
    public SpoolCount Count { get; } = new();

    /// <summary>The number of the last mail that is whole.</summary>
    public long Number { get; private set; }

    /// <summary>Where the last entry ends that is whole.</summary>
    public long Offset { get; private set; }

    /// <summary>The digest of the last entry that is whole.</summary>
    public ReadOnlySpan<byte> Digest => _frames.Digest;

    /// <summary>Whether the octets of the mail that was read last are those that were accepted.</summary>
    public bool IsIntact { get; private set; }

    /// <summary>Whether the last entry that is whole is a mail or the header: such a file can go on with mails.</summary>
    public bool IsInMails => _section is FrameKind.Header or FrameKind.Message;

    /// <exception cref="ExportDamagedException">This is not an export, or a newer program made it.</exception>
    public async ValueTask<ExportHeader> OpenAsync(CancellationToken cancellationToken)
    {
        await _frames.ReadFirstLineAsync(cancellationToken);
        if (await _frames.PeekAsync(cancellationToken) != FrameKind.Header)
            throw _frames.Fault("the header is missing");
        var header = await ReadAsync(ExportJson.Default.ExportHeader, cancellationToken);
        await EndAsync(cancellationToken);
        return header;
    }

    /// <summary>The next entry; null at the end of a file that is whole.</summary>
    /// <exception cref="ExportDamagedException">The file is damaged. Nothing of the entry counts.</exception>
    public async ValueTask<ExportEntry?> NextAsync(CancellationToken cancellationToken)
    {
        if (_mail is not null)
            throw new InvalidOperationException("the octets of the mail come first");
        var kind = await _frames.PeekAsync(cancellationToken) ?? throw _frames.Cut();
        if (Rank(kind) < Rank(_section))
            throw _frames.Fault("an entry is not where it belongs");
        var entry = kind switch
        {
            FrameKind.Message => await ReadMailAsync(cancellationToken),
            FrameKind.Pauses => await ReadPausesAsync(cancellationToken),
            FrameKind.Greylist => await ReadGreylistAsync(cancellationToken),
            FrameKind.Note => await ReadNoteAsync(cancellationToken),
            _ => await ReadTotalsAsync(cancellationToken),
        };
        _section = kind;
        if (entry is not ExportEntry.Mail)
            await EndAsync(cancellationToken);
        if (entry is null && await _frames.PeekAsync(cancellationToken) is not null)
            throw _frames.Fault("something follows the end of the export");
        return entry;
    }

    /// <summary>Reads the octets of the mail that came last, and checks the whole mail.</summary>
    /// <param name="take">Gets them piece by piece; null where nobody wants them.</param>
    /// <exception cref="ExportDamagedException">The mail is damaged. Nothing of it counts.</exception>
    public async ValueTask ReadBodyAsync(Func<ReadOnlyMemory<byte>, ValueTask>? take, CancellationToken cancellationToken)
    {
        var mail = _mail ?? throw new InvalidOperationException("no mail came last");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var octets = 0L;
        while (await _frames.PeekAsync(cancellationToken) == FrameKind.Body)
        {
            if (!mail.HasBody)
                throw _frames.Fault("a mail without octets has some");
            var piece = await _frames.ReadAsync(ExportFormat.LongestPiece, cancellationToken);
            hash.AppendData(piece.Span);
            octets += piece.Length;
            if (take is not null)
                await take(piece);
        }
        await EndAsync(cancellationToken);
        // What was damaged when it was exported has another digest as well; its size is that of the mail that was accepted.
        IsIntact = !mail.HasBody || Convert.ToHexStringLower(hash.GetHashAndReset()) == mail.Message.Sha256;
        if (mail.HasBody && IsIntact && octets != mail.Message.Size)
        {
            throw new ExportDamagedException(name, Offset, mail.Message.Id, string.Create(
                CultureInfo.InvariantCulture, $"the record says that the mail has {mail.Message.Size} octets, and it has {octets}"));
        }
        Count.Add(mail);
        (_mail, Number) = (null, mail.Number);
    }

    public void Dispose() => _frames.Dispose();

    private async ValueTask<ExportEntry> ReadMailAsync(CancellationToken cancellationToken)
    {
        var total = 0L;
        var record = await ReadAsync(ExportJson.Default.MessageRecord, cancellationToken);
        if (record.Number <= _number)
            throw _frames.Fault("a message is not where it belongs");
        _number = record.Number;
        if (!ExportChecks.IsId(record.Message.Id))
            throw _frames.Fault("the id of a message is none");
        _frames.MessageId = record.Message.Id;
        if (ExportChecks.Find(record) is { } fault)
            throw _frames.Fault(fault);
        if (!IsFirst("message ", record.Message.Id))
            throw _frames.Fault("this message is in the file twice");
        var deliveries = new List<MovedDelivery>();
        while (await _frames.PeekAsync(cancellationToken) == FrameKind.Delivery)
        {
            var before = _frames.FrameOffset;
            var delivery = await ReadAsync(ExportJson.Default.MovedDelivery, cancellationToken);
            total += _frames.Offset - before;
            if (total > ExportFormat.LongestRecords)
                throw _frames.Fault("the deliveries of a message take too much room");
            if (ExportChecks.Find(delivery, record.Message.Id) is { } wrong)
                throw _frames.Fault(wrong);
            if (!IsFirst("delivery ", delivery.Delivery.Id))
                throw _frames.Fault($"delivery {delivery.Delivery.Id} is in the file twice");
            deliveries.Add(delivery);
        }
        _mail = new MovedMail(record.Number, record.Message, record.HasBody, deliveries);
        return new ExportEntry.Mail(_mail);
    }

    private bool IsFirst(string kind, string id) =>
        _ids.Add(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(kind + id))));

    private async ValueTask<ExportEntry> ReadPausesAsync(CancellationToken cancellationToken)
    {
        var pauses = await ReadAsync(ExportJson.Default.IReadOnlyDictionaryStringString, cancellationToken);
        if (_section == FrameKind.Pauses || pauses.Any(pause => pause.Value is null))
            throw _frames.Fault("the pauses are not readable");
        Count.Pauses += pauses.Count;
        return new ExportEntry.Pauses(pauses);
    }

    private async ValueTask<ExportEntry> ReadGreylistAsync(CancellationToken cancellationToken)
    {
        var records = await ReadAsync(ExportJson.Default.IReadOnlyListGreylistRecord, cancellationToken);
        if (ExportChecks.Read(records) is not { } entries)
            throw _frames.Fault("the entries of greylisting are not readable");
        Count.Greylist += entries.Count;
        return new ExportEntry.Greylist(entries);
    }

    private async ValueTask<ExportEntry> ReadNoteAsync(CancellationToken cancellationToken)
    {
        var record = await ReadAsync(ExportJson.Default.NoteRecord, cancellationToken);
        if (record.Value.Length > SpoolNote.LargestValue || !ExportChecks.IsTime(record.Expires))
            throw _frames.Fault("a note is too large or not readable");
        Count.Notes++;
        return new ExportEntry.Note(new SpoolNote(record.Kind, record.Key, record.Value, record.Expires));
    }

    private async ValueTask<ExportEntry?> ReadTotalsAsync(CancellationToken cancellationToken)
    {
        if (await _frames.PeekAsync(cancellationToken) != FrameKind.Totals)
            throw _frames.Fault("a frame is not where it belongs");
        var totals = await ReadAsync(ExportJson.Default.ExportTotals, cancellationToken);
        if (totals.Deliveries.Any(tally => tally is null))
            throw _frames.Fault("the totals are not readable");
        return Count.Differences(totals.ToCount()).FirstOrDefault() is { } difference
            ? throw _frames.Fault("the totals at the end say something else: " + difference) : null;
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await _frames.EndAsync(cancellationToken);
        Offset = _frames.Offset;
    }

    private async ValueTask<T> ReadAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var json = await _frames.ReadAsync(ExportFormat.LongestJson, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(json.Span, type) ?? throw _frames.Fault("a record is null");
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw _frames.Fault("a record is not readable, or of a newer version", fault);
        }
    }

    /// <summary>The place of an entry in the file; 0 for a frame that begins none.</summary>
    private static int Rank(FrameKind kind) => kind switch
    {
        FrameKind.Header => 1,
        FrameKind.Message => 2,
        FrameKind.Pauses => 3,
        FrameKind.Greylist => 4,
        FrameKind.Note => 5,
        FrameKind.Totals => 6,
        _ => 0,
    };
}

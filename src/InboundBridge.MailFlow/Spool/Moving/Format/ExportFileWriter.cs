using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Sealing;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>Writes a file of an export, entry by entry. Options that rules override are sealed under the key of the file.</summary>
/// <param name="last">The digest at which an interrupted file goes on; empty for a new file.</param>
internal sealed class ExportFileWriter(Stream output, OptionsSeal key, ReadOnlySpan<byte> last) : IDisposable
{
    /// <summary>What <see cref="ExportHeader.KeyCheck"/> holds.</summary>
    public const string KnownText = "\"inboundbridge\"";

    private readonly FrameWriter _frames = new(output, last);

    public async ValueTask WriteHeaderAsync(ExportHeader header, byte[]? linkKey, CancellationToken cancellationToken)
    {
        await _frames.WriteFirstLineAsync(cancellationToken);
        var whole = header with
        {
            KeyCheck = key.Seal(KnownText, CheckPlace(header.Id))!,
            LinkKey = linkKey is null ? null : key.Seal(Convert.ToBase64String(linkKey), LinkPlace(header.Id)),
        };
        await WriteAsync(FrameKind.Header, whole, ExportJson.Default.ExportHeader, cancellationToken);
        await _frames.EndAsync(cancellationToken);
    }

    /// <summary>Begins a mail. Its octets follow, then <see cref="EndMailAsync"/>.</summary>
    public async ValueTask BeginMailAsync(MovedMail mail, CancellationToken cancellationToken)
    {
        var record = new MessageRecord(mail.Number, mail.Message, mail.HasBody);
        await WriteAsync(FrameKind.Message, record, ExportJson.Default.MessageRecord, cancellationToken);
        foreach (var (delivery, attempts) in mail.Deliveries)
        {
            var safe = new MovedDelivery(delivery with { OptionsJson = key.Seal(delivery.OptionsJson, delivery.Id) }, attempts);
            await WriteAsync(FrameKind.Delivery, safe, ExportJson.Default.MovedDelivery, cancellationToken);
        }
    }

    public async ValueTask WriteBodyAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        for (; !octets.IsEmpty; octets = octets[Math.Min(octets.Length, ExportFormat.LongestPiece)..])
        {
            var piece = octets[..Math.Min(octets.Length, ExportFormat.LongestPiece)];
            await _frames.WriteAsync(FrameKind.Body, piece, cancellationToken);
        }
    }

    public ValueTask EndMailAsync(CancellationToken cancellationToken) => _frames.EndAsync(cancellationToken);

    public ValueTask WritePausesAsync(IReadOnlyDictionary<string, string> pauses, CancellationToken cancellationToken) =>
        WriteEntryAsync(FrameKind.Pauses, pauses, ExportJson.Default.IReadOnlyDictionaryStringString, cancellationToken);

    public ValueTask WriteGreylistAsync(IReadOnlyList<GreylistEntry> entries, CancellationToken cancellationToken) => WriteEntryAsync(
        FrameKind.Greylist,
        [.. entries.Select(entry => new GreylistRecord(
            entry.Key.ToString("x32", System.Globalization.CultureInfo.InvariantCulture), entry.FirstSeen, entry.Expires, entry.Passes))],
        ExportJson.Default.IReadOnlyListGreylistRecord, cancellationToken);

    public ValueTask WriteNoteAsync(SpoolNote note, CancellationToken cancellationToken) => WriteEntryAsync(
        FrameKind.Note, new NoteRecord(note.Kind, note.Key, note.Expires, note.Value.ToArray()), ExportJson.Default.NoteRecord,
        cancellationToken);

    public ValueTask WriteTotalsAsync(SpoolCount count, CancellationToken cancellationToken) =>
        WriteEntryAsync(FrameKind.Totals, ExportTotals.Of(count), ExportJson.Default.ExportTotals, cancellationToken);

    public void Dispose() => _frames.Dispose();

    /// <summary>Takes the place of a delivery's id when the key check is sealed.</summary>
    public static string CheckPlace(string exportId) => "check " + exportId;

    /// <summary>Takes the place of a delivery's id when the key of links is sealed.</summary>
    public static string LinkPlace(string exportId) => "links " + exportId;

    private async ValueTask WriteEntryAsync<T>(FrameKind kind, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await WriteAsync(kind, value, type, cancellationToken);
        await _frames.EndAsync(cancellationToken);
    }

    private ValueTask WriteAsync<T>(FrameKind kind, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return json.Length <= ExportFormat.LongestJson
            ? _frames.WriteAsync(kind, json, cancellationToken)
            : throw new IOException($"a record has {json.Length} octets, more than an export can hold");
    }
}

using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// The octets that leave for a destination: added header fields on top, then the stored mail without the fields that a rule removes. Nothing else changes,
/// and nothing is copied: it is read piece by piece out of the stored mail, which it does not own.
/// </summary>
public sealed class OutgoingMessage : MimeSource
{
    private readonly ReadOnlyMemory<byte> _top;
    private readonly MimeSource _stored;
    private readonly List<Piece> _pieces = [];

    private OutgoingMessage(ReadOnlyMemory<byte> top, MimeSource stored)
    {
        _top = top;
        _stored = stored;
    }

    public override long Length => _pieces.Count == 0 ? 0 : _pieces[^1].Start + _pieces[^1].Length;

    /// <param name="stored">The mail as spooled.</param>
    /// <param name="edits">The rule's header edits; added fields stand above the stored ones, the last added on top.</param>
    /// <param name="topFields">Whole header fields with their CRLF that stand above everything (Return-Path, X-Original-To …).</param>
    public static OutgoingMessage Compose(MimeSource stored, IReadOnlyList<StoredHeaderEdit> edits, string topFields = "")
    {
        var top = new System.Text.StringBuilder(topFields);
        foreach (var edit in edits.Reverse())
        {
            if (edit.Value is { } value)
                top.Append(HeaderLine.Format(edit.Name, value));
        }
        var message = new OutgoingMessage(System.Text.Encoding.UTF8.GetBytes(top.ToString()), stored);
        message.Append(fromTop: true, 0, message._top.Length);
        message.AppendStored(edits.Where(edit => edit.Value is null).Select(edit => edit.Name).ToHashSet(StringComparer.OrdinalIgnoreCase));
        return message;
    }

    public override int Read(long offset, Span<byte> destination)
    {
        foreach (var piece in _pieces)
        {
            var within = offset - piece.Start;
            if (within >= piece.Length)
                continue;
            var wanted = (int)Math.Min(piece.Length - within, destination.Length);
            if (!piece.FromTop)
                return _stored.Read(piece.Origin + within, destination[..wanted]);
            _top.Span.Slice((int)within, wanted).CopyTo(destination);
            return wanted;
        }
        return 0;
    }

    private void AppendStored(HashSet<string> removed)
    {
        var from = 0L;
        if (removed.Count > 0)
        {
            foreach (var field in MimeMessage.Open(_stored).Headers.Where(field => removed.Contains(field.Name)))
            {
                Append(fromTop: false, from, field.Offset - from);
                from = field.Offset + field.Length;
            }
        }
        Append(fromTop: false, from, _stored.Length - from);
    }

    private void Append(bool fromTop, long origin, long length)
    {
        if (length > 0)
            _pieces.Add(new Piece(fromTop, origin, Length, length));
    }

    /// <param name="Origin">Offset in the top fields or in the stored mail.</param>
    /// <param name="Start">Offset in what leaves.</param>
    private readonly record struct Piece(bool FromTop, long Origin, long Start, long Length);
}

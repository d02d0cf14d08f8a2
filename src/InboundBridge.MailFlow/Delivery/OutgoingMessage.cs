using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery;

/// <summary>
/// The octets that a destination gets: added header fields and our Authentication-Results on top, then the stored mail without the fields
/// that a rule removes.
/// Nothing else changes. It copies nothing and reads the stored mail piece by piece. It does not own the stored mail.
/// </summary>
public sealed class OutgoingMessage : MailContent
{
    private const string ResultsName = "Authentication-Results";

    private readonly ReadOnlyMemory<byte> _top;
    private readonly MailContent _stored;
    private readonly List<Piece> _pieces;

    private OutgoingMessage(ReadOnlyMemory<byte> top, MailContent stored, List<Piece> pieces) =>
        (_top, _stored, _pieces) = (top, stored, pieces);

    public override long Length => _pieces.Count == 0 ? 0 : _pieces[^1].Start + _pieces[^1].Length;

    public override bool IsLocal => _stored.IsLocal;

    /// <param name="stored">The mail as spooled. Local where an edit removes fields: only the parser knows where they are.</param>
    /// <param name="edits">The rule's header edits. Added fields come before the stored ones, the one added last first.</param>
    /// <param name="topFields">Whole header fields with their CRLF that come before everything else (Return-Path, X-Original-To …).</param>
    /// <param name="results">The message's <see cref="SpooledMessage.ResultsField"/>, which a rule may remove as well.</param>
    public static OutgoingMessage Compose(
        MailContent stored, IReadOnlyList<StoredHeaderEdit> edits, string topFields = "", string? results = null)
    {
        var removed = edits.Where(edit => edit.Value is null).Select(edit => edit.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var top = new System.Text.StringBuilder(topFields);
        foreach (var edit in edits.Reverse())
        {
            if (edit.Value is { } value)
                top.Append(HeaderLine.Format(edit.Name, value));
        }
        if (!removed.Contains(ResultsName))
            top.Append(results);
        var message = new OutgoingMessage(System.Text.Encoding.UTF8.GetBytes(top.ToString()), stored, []);
        message.Append(fromTop: true, 0, message._top.Length);
        message.AppendStored(removed);
        return message;
    }

    /// <summary>The octets of an attempt. A remote mail is fetched only where an edit removes fields.</summary>
    public static async ValueTask<OutgoingMessage> ComposeAsync(
        DeliveryAttempt attempt, string topFields, CancellationToken cancellationToken)
    {
        var edits = attempt.Delivery.HeaderEdits;
        var removes = false;
        foreach (var edit in edits)
            removes |= edit.Value is null;
        var stored = removes ? await attempt.Content.ToLocalAsync(cancellationToken) : attempt.Content;
        return Compose(stored, edits, topFields, attempt.Message.ResultsField);
    }

    public override int Read(long offset, Span<byte> destination)
    {
        if (Find(offset) is not { } piece)
            return 0;
        var wanted = (int)Math.Min(piece.Length, destination.Length);
        if (!piece.FromTop)
            return _stored.Read(piece.Origin, destination[..wanted]);
        _top.Span.Slice((int)piece.Origin, wanted).CopyTo(destination);
        return wanted;
    }

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        Find(offset) is { FromTop: false } piece
            ? _stored.ReadAsync(piece.Origin, destination[..(int)Math.Min(piece.Length, destination.Length)], cancellationToken)
            : new(Read(offset, destination.Span));

    public override async ValueTask<MailContent> ToLocalAsync(CancellationToken cancellationToken) =>
        IsLocal ? this : new OutgoingMessage(_top, await _stored.ToLocalAsync(cancellationToken), _pieces);

    /// <summary>What is left of the piece at an offset; null at the end.</summary>
    private Piece? Find(long offset)
    {
        foreach (var piece in _pieces)
        {
            var within = offset - piece.Start;
            if (within < piece.Length)
                return piece with { Origin = piece.Origin + within, Start = offset, Length = piece.Length - within };
        }
        return null;
    }

    private void AppendStored(HashSet<string> removed)
    {
        var from = 0L;
        if (removed.Count > 0)
        {
            foreach (var field in ParsedMail.Open(_stored).Headers.Where(field => removed.Contains(field.Name)))
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
    /// <param name="Start">Offset in the outgoing octets.</param>
    private readonly record struct Piece(bool FromTop, long Origin, long Start, long Length);
}

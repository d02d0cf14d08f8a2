using System.Buffers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.MailSigning;

/// <summary>
/// The header of a mail that is about to be signed. Only the header is kept in memory; the reception has limited its size
/// (<c>smtp.limits.header_size</c>). The body is read piece by piece.
/// </summary>
internal sealed class OutgoingHeader : IDisposable
{
    /// <summary>Octets read at a time.</summary>
    private const int Piece = 64 * 1024;

    private readonly OctetBuffer _octets = new();
    private int _lineStart;
    private int _searched;
    private int? _bodyStart;

    private OutgoingHeader()
    {
    }

    /// <summary>The fields with their line ends, without the empty line.</summary>
    public ReadOnlyMemory<byte> Octets => _octets.Memory;

    /// <summary>Reads the header, and gives the body to the hashes.</summary>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public static async ValueTask<OutgoingHeader> ReadAsync(MailContent mail, BodyHashes bodies, CancellationToken cancellationToken)
    {
        var header = new OutgoingHeader();
        var piece = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(mail.Length, 1, Piece));
        try
        {
            for (var at = 0L; at < mail.Length;)
            {
                var count = await mail.ReadAsync(at, piece, cancellationToken);
                if (count <= 0)
                    throw new EndOfStreamException($"the mail ends after {at} of {mail.Length} octets");
                header.Take(piece.AsSpan(0, count), bodies);
                at += count;
            }
            bodies.Complete();
            return header;
        }
        catch
        {
            header.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    public void Dispose() => _octets.Dispose();

    private void Take(ReadOnlySpan<byte> octets, BodyHashes bodies)
    {
        if (_bodyStart is not null)
        {
            bodies.Take(octets);
            return;
        }
        var before = _octets.Length;
        _octets.Append(octets);
        _bodyStart = FindBody();
        if (_bodyStart is not { } start)
            return;
        _octets.Shorten(_lineStart);
        bodies.Take(octets[(start - before)..]);
    }

    /// <summary>Where the body begins; null while the empty line has not come. Lines end at LF, as for our reader of mail.</summary>
    private int? FindBody()
    {
        var octets = _octets.Span;
        while (octets[_searched..].IndexOf((byte)'\n') is >= 0 and var at)
        {
            var line = octets[_lineStart..(_searched + at)];
            if (line.IsEmpty || line is [(byte)'\r'])
                return _searched + at + 1;
            _lineStart = _searched += at + 1;
        }
        _searched = octets.Length;
        return null;
    }
}

using System.Buffers;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.Webhook.Forms;

/// <summary>application/x-www-form-urlencoded in UTF-8 (WHATWG URL §5.2).</summary>
internal sealed class UrlEncodedForm(IBufferWriter<byte> body) : IFormBody
{
    public const string ContentType = "application/x-www-form-urlencoded";

    private const int PieceSize = 8 * 1024;

    private static readonly SearchValues<byte> AsTheyAre =
        SearchValues.Create("*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private bool _begun;

    public void Field(string name, string value)
    {
        Begin(name);
        Span<byte> octets = stackalloc byte[1024];
        var encoder = Encoding.UTF8.GetEncoder();
        for (var rest = value.AsSpan(); ;)
        {
            encoder.Convert(rest, octets, flush: true, out var characters, out var length, out _);
            Escape(octets[..length]);
            rest = rest[characters..];
            if (rest.IsEmpty)
                return;
        }
    }

    public void Field(string name, MailContent octets)
    {
        Begin(name);
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            var offset = 0L;
            for (int count; (count = octets.Read(offset, piece.AsSpan(0, PieceSize))) > 0; offset += count)
                Escape(piece.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private void Begin(string name)
    {
        if (_begun)
            body.Write("&"u8);
        _begun = true;
        Escape(Encoding.UTF8.GetBytes(name));
        body.Write("="u8);
    }

    private void Escape(ReadOnlySpan<byte> octets)
    {
        var target = body.GetSpan(octets.Length * 3);
        var used = 0;
        foreach (var octet in octets)
        {
            if (AsTheyAre.Contains(octet))
            {
                target[used++] = octet;
            }
            else if (octet == ' ')
            {
                target[used++] = (byte)'+';
            }
            else
            {
                target[used++] = (byte)'%';
                target[used++] = (byte)HexDigit(octet >> 4);
                target[used++] = (byte)HexDigit(octet & 15);
            }
        }
        body.Advance(used);
    }

    private static char HexDigit(int value) => "0123456789ABCDEF"[value];
}

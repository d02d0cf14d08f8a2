using System.IO.Pipelines;

namespace InboundBridge.Smtp.Wire;

/// <summary>
/// Writes each line by itself, so that each becomes a TLS record of its own. That costs about 30 octets and a system call a line, and is
/// only for receivers that need it.
/// </summary>
internal sealed class LineByLineStream(PipeReader input, PipeWriter output) : TurnedStream(input, output)
{
    /// <summary>Octets of a line in one record; fetchmail reads at most 8,192 at a time (MSGBUFSIZE).</summary>
    private const int LongestPiece = 4096;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var newline = buffer.Span.IndexOf((byte)'\n');
            var length = Math.Min(newline < 0 ? buffer.Length : newline + 1, LongestPiece);
            await base.WriteAsync(buffer[..length], cancellationToken);
            buffer = buffer[length..];
        }
    }
}

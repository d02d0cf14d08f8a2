using System.Buffers;
using System.Buffers.Binary;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Scanning.Clamd;

/// <summary>
/// Asks clamd by INSTREAM (clamd(8)): pieces of the mail, each behind its length in four octets, and an empty one at the end. The answer is
/// read at the same time, because clamd answers early when a mail is too large for it, and closes the connection. Each mail has a
/// connection of its own: a connection kept open with IDSESSION would occupy one of clamd's few threads while no mail comes. At most
/// <see cref="ScannerLimits.Concurrency"/> connections are open.
/// </summary>
public sealed class ClamdScanner(ScannerConnect connect, ScannerLimits limits, TimeProvider clock)
{
    private const int Piece = 64 * 1024;

    /// <summary>Octets of a piece's length, in network order.</summary>
    private const int LengthSize = 4;

    private readonly ScannerTurns _turns = new("clamd", limits, clock);

    /// <summary>With z, commands and answers end with NUL.</summary>
    private static ReadOnlySpan<byte> Command => "zINSTREAM\0"u8;

    /// <exception cref="ScannerUnavailableException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">The mail was given up.</exception>
    public Task<VirusVerdict> ScanAsync(ScannedMail mail, CancellationToken cancellationToken) =>
        _turns.RunAsync(either => AskAsync(mail.Content, either), cancellationToken);

    private async Task<VirusVerdict> AskAsync(MailContent content, CancellationToken cancellationToken)
    {
        await using var stream = await connect(cancellationToken);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answer = ClamdAnswer.ReadAsync(stream, given.Token);
        var isSent = false;
        try
        {
            isSent = await SendAsync(stream, content, answer, cancellationToken);
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            // clamd closed the connection. The answer that it gave before, or the lack of one, says why.
        }
        catch
        {
            await given.CancelAsync();
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        var verdict = ClamdAnswer.Understand(await answer);
        return isSent || verdict.Name is not null
            ? verdict
            : throw new ScannerUnavailableException("clamd answered before it had the whole mail");
    }

    /// <summary>Sends the mail, as far as there is no answer yet. Returns whether all of it was sent.</summary>
    private static async Task<bool> SendAsync(Stream stream, MailContent content, Task answer, CancellationToken cancellationToken)
    {
        var room = ArrayPool<byte>.Shared.Rent(Command.Length + LengthSize + Piece + LengthSize);
        try
        {
            Command.CopyTo(room);
            var used = Command.Length;
            var isLast = false;
            for (long at = 0; !isLast && !answer.IsCompleted; used = 0)
            {
                var count = await content.ReadAsync(at, room.AsMemory(used + LengthSize, Piece), cancellationToken);
                BinaryPrimitives.WriteUInt32BigEndian(room.AsSpan(used), (uint)count);
                at += count;
                used += LengthSize + count;
                isLast = count == 0 || at >= content.Length;
                if (isLast && count > 0)
                {
                    BinaryPrimitives.WriteUInt32BigEndian(room.AsSpan(used), 0);
                    used += LengthSize;
                }
                await stream.WriteAsync(room.AsMemory(0, used), cancellationToken);
            }
            await stream.FlushAsync(cancellationToken);
            return isLast;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }
}

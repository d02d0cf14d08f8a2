using System.Globalization;
using InboundBridge.Smtp.Polling;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// Sends a message block by block, as DATA or as one BDAT chunk. If the message can't be read to
/// its end, the end is not sent, so the server discards it.
/// </summary>
internal sealed class SmtpContentWriter(SmtpWire wire, SmtpContent content, TimeSpan blockTimeout)
{
    /// <summary>When less room is left in the buffer, it is sent before the next block is read.</summary>
    private const int SmallBlock = 8 * 1024;

    /// <summary>Sends the message with dot-stuffing and the end of the data (RFC 5321 §4.1.1.4).</summary>
    public async ValueTask WriteDataAsync(CancellationToken cancellationToken)
    {
        if (content.Length > PollingThread.LargestMail)
            await PollingThread.Leave();
        var stuffing = default(DotStuffing);
        var end = default(MailEnd);
        for (var offset = 0L; offset < content.Length;)
        {
            if (wire.Free < SmallBlock)
                await SendBufferAsync(cancellationToken);
            var room = wire.Reserve(SmallBlock);
            var count = await ReadAsync(offset, room[..DotStuffing.Fillable(room.Length)], cancellationToken);
            end.Add(room.Span[..count]);
            wire.Advance(stuffing.Expand(room.Span, count));
            offset += count;
        }
        // The dot that ends the data needs a line of its own, so a message that does not end with CRLF gets one.
        wire.Append(content.Length == 0 || end.IsCrLf ? ".\r\n"u8 : "\r\n.\r\n"u8);
        await wire.FlushAsync(blockTimeout, cancellationToken);
    }

    /// <summary>Sends the octets unchanged as a single chunk (RFC 3030 §2).</summary>
    public async ValueTask WriteChunkAsync(CancellationToken cancellationToken)
    {
        if (content.Length > PollingThread.LargestMail)
            await PollingThread.Leave();
        wire.Append(string.Create(CultureInfo.InvariantCulture, $"BDAT {content.Length} LAST"));
        for (var offset = 0L; offset < content.Length;)
        {
            if (wire.Free < SmallBlock)
                await SendBufferAsync(cancellationToken);
            var room = wire.Reserve(SmallBlock);
            var count = await ReadAsync(offset, room[..(int)Math.Min(room.Length, content.Length - offset)], cancellationToken);
            wire.Advance(count);
            offset += count;
        }
        await wire.FlushAsync(blockTimeout, cancellationToken);
    }

    /// <summary>Sends the buffer, and leaves the polling thread because the next block may come from a file.</summary>
    private async ValueTask SendBufferAsync(CancellationToken cancellationToken)
    {
        await wire.FlushAsync(blockTimeout, cancellationToken);
        await PollingThread.Leave();
    }

    private async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        int count;
        try
        {
            count = await content.ReadAsync(offset, destination, cancellationToken);
        }
        catch (IOException fault)
        {
            throw SmtpClientException.Content(fault);
        }
        return count > 0 ? count : throw SmtpClientException.Content(null);
    }

    /// <summary>Keeps the last two octets of the message.</summary>
    private struct MailEnd
    {
        private byte _beforeLast;
        private byte _last;

        public readonly bool IsCrLf => _beforeLast == (byte)'\r' && _last == (byte)'\n';

        /// <param name="octets">At least one.</param>
        public void Add(ReadOnlySpan<byte> octets) => (_beforeLast, _last) = (octets.Length > 1 ? octets[^2] : _last, octets[^1]);
    }
}

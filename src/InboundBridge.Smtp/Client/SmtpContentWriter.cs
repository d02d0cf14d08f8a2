using InboundBridge.Smtp.Polling;

namespace InboundBridge.Smtp.Client;

/// <summary>Puts a mail on the wire, block by block, as DATA or as one BDAT chunk. A mail that can't be read to its end is never ended.</summary>
internal sealed class SmtpContentWriter(SmtpWire wire, SmtpContent content, TimeSpan blockTimeout)
{
    /// <summary>Below this much room a block is sent off before the next is read.</summary>
    private const int SmallBlock = 8 * 1024;

    /// <summary>RFC 5321 §4.1.1.4: transparency applied, and the end of the data.</summary>
    public async ValueTask WriteDataAsync(CancellationToken cancellationToken)
    {
        if (content.Length > PollingThread.LargestMail)
            await PollingThread.Leave();
        var stuffing = default(DotStuffing);
        var end = default(MailEnd);
        for (var offset = 0L; offset < content.Length;)
        {
            if (wire.Free < SmallBlock)
                await SendOffAsync(cancellationToken);
            var room = wire.Reserve(SmallBlock);
            var count = await ReadAsync(offset, room[..DotStuffing.Fillable(room.Length)], cancellationToken);
            end.Add(room.Span[..count]);
            wire.Advance(stuffing.Expand(room.Span, count));
            offset += count;
        }
        // The dot that ends the data stands on a line of its own: a mail whose last line has no end gets one.
        wire.Append(content.Length == 0 || end.IsCrLf ? ".\r\n"u8 : "\r\n.\r\n"u8);
        await wire.FlushAsync(blockTimeout, cancellationToken);
    }

    /// <summary>RFC 3030 §2: the octets as they are, in one chunk, since their number is known.</summary>
    public async ValueTask WriteChunkAsync(CancellationToken cancellationToken)
    {
        if (content.Length > PollingThread.LargestMail)
            await PollingThread.Leave();
        wire.Append(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"BDAT {content.Length} LAST"));
        for (var offset = 0L; offset < content.Length;)
        {
            if (wire.Free < SmallBlock)
                await SendOffAsync(cancellationToken);
            var room = wire.Reserve(SmallBlock);
            var count = await ReadAsync(offset, room[..(int)Math.Min(room.Length, content.Length - offset)], cancellationToken);
            wire.Advance(count);
            offset += count;
        }
        await wire.FlushAsync(blockTimeout, cancellationToken);
    }

    /// <summary>Before more is read: from a file, perhaps.</summary>
    private async ValueTask SendOffAsync(CancellationToken cancellationToken)
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

    /// <summary>The last two octets of what was added.</summary>
    private struct MailEnd
    {
        private byte _beforeLast;
        private byte _last;

        public readonly bool IsCrLf => _beforeLast == (byte)'\r' && _last == (byte)'\n';

        /// <param name="octets">At least one.</param>
        public void Add(ReadOnlySpan<byte> octets) => (_beforeLast, _last) = (octets.Length > 1 ? octets[^2] : _last, octets[^1]);
    }
}

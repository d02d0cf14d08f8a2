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
        for (var offset = 0L; offset < content.Length;)
        {
            if (wire.Free < SmallBlock)
                await SendOffAsync(cancellationToken);
            offset += AppendBlock(offset, ref stuffing);
        }
        wire.Append(EndsWithCrLf() ? ".\r\n"u8 : "\r\n.\r\n"u8);
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
            var count = Read(offset, room[..(int)Math.Min(room.Length, content.Length - offset)]);
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

    private int AppendBlock(long offset, ref DotStuffing stuffing)
    {
        var room = wire.Reserve(SmallBlock);
        var count = Read(offset, room[..DotStuffing.Fillable(room.Length)]);
        wire.Advance(stuffing.Expand(room, count));
        return count;
    }

    private int Read(long offset, Span<byte> destination)
    {
        int count;
        try
        {
            count = content.Read(offset, destination);
        }
        catch (IOException fault)
        {
            throw SmtpClientException.Content(fault);
        }
        return count > 0 ? count : throw SmtpClientException.Content(null);
    }

    /// <summary>The dot that ends the data stands on a line of its own; a mail without a last line end gets one.</summary>
    private bool EndsWithCrLf()
    {
        if (content.Length == 0)
            return true;
        Span<byte> last = stackalloc byte[2];
        if (content.Length < 2)
            return false;
        for (var read = 0; read < 2;)
            read += Read(content.Length - 2 + read, last[read..]);
        return last.SequenceEqual("\r\n"u8);
    }
}

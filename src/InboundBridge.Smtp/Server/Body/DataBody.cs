using System.Buffers;
using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>The message of a DATA command, decoded from the connection's buffers straight into the reader's memory.</summary>
internal sealed class DataBody(SmtpBodySource source, SmtpServerOptions options) : WireBody(source, options.Limits)
{
    private readonly DataDecoder _decoder = new();

    public override bool Normalized => _decoder.SawBareNewline && options.BareNewline == BareNewline.Normalize;

    public override bool Ended => _decoder.Ended;

    public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        ThrowIfEmpty(destination);
        while (!_decoder.Ended)
        {
            if (!Source.TryRead(cancellationToken, out var octets))
                return WaitAsync(destination, cancellationToken);
            if (Decode(octets, destination.Span) is > 0 and var written)
                return new ValueTask<int>(written);
        }
        return new ValueTask<int>(0);
    }

    // Nearly every message waits here at least once, so this is the only state machine
    // between the connection and the receiver, and it is pooled.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!_decoder.Ended)
        {
            ReadOnlySequence<byte> octets;
            try
            {
                if (!Source.TryRead(cancellationToken, out octets))
                {
                    var result = await Source.WaitAsync(cancellationToken);
                    if (Source.IsLarge)
                        await PollingThread.Leave();
                    if (!Source.Accept(result, out octets))
                        continue;
                }
            }
            catch (Exception gone) when (SmtpBodySource.IsLoss(gone, cancellationToken))
            {
                throw Source.Broken(gone);
            }
            if (Decode(octets, destination.Span) is > 0 and var written)
                return written;
        }
        return 0;
    }

    /// <summary>Returns how many octets of the message were written; 0 for a message that is refused, whose octets are discarded.</summary>
    private int Decode(in ReadOnlySequence<byte> buffer, Span<byte> destination)
    {
        var consumed = 0L;
        var written = 0;
        foreach (var segment in buffer)
        {
            _decoder.Decode(segment.Span, destination[written..], out var taken, out var made);
            consumed += taken;
            written += made;
            if (_decoder.Ended || taken < segment.Length)
                break;
        }
        Source.AdvanceTo(buffer, consumed);
        Count(destination[..written]);
        if (_decoder.SawBareNewline && options.BareNewline == BareNewline.Reject)
            Refuse(SmtpReplies.BareNewlineInData);
        return Refusal is null ? written : 0;
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>The message of a DATA command, decoded from the connection's buffers straight into the reader's memory.</summary>
internal sealed class DataBody(SmtpBodySource source, SmtpServerOptions options) : WireBody(options.Limits)
{
    private readonly DataDecoder _decoder = new();

    public override bool Normalized => _decoder.SawBareNewline && options.BareNewline == BareNewline.Normalize;

    /// <summary>The end was read; what follows on the wire is not the message's.</summary>
    public bool Ended => _decoder.Ended;

    public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        ThrowIfEmpty(destination);
        while (!_decoder.Ended)
        {
            if (!source.TryRead(cancellationToken, out var octets))
                return WaitAsync(destination, cancellationToken);
            if (Decode(octets, destination.Span) is > 0 and var written)
                return new ValueTask<int>(written);
        }
        return new ValueTask<int>(0);
    }

    // A mail waits here once or more often: it is the one state machine between the connection and the receiver.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!_decoder.Ended)
        {
            ReadOnlySequence<byte> octets;
            try
            {
                if (!source.TryRead(cancellationToken, out octets))
                {
                    var result = await source.WaitAsync(cancellationToken);
                    if (source.IsLarge)
                        await PollingThread.Leave();
                    if (!source.Arrive(result, out octets))
                        continue;
                }
            }
            catch (Exception gone) when (SmtpBodySource.IsLoss(gone, cancellationToken))
            {
                throw source.Broken(gone);
            }
            if (Decode(octets, destination.Span) is > 0 and var written)
                return written;
        }
        return 0;
    }

    /// <summary>How much of the message came out. What belongs to a refused one is taken off the wire and goes nowhere: 0.</summary>
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
        source.AdvanceTo(buffer, consumed);
        Count(destination[..written]);
        if (_decoder.SawBareNewline && options.BareNewline == BareNewline.Reject)
            Refuse(SmtpReplies.BareNewlineInData);
        return Refusal is null ? written : 0;
    }
}

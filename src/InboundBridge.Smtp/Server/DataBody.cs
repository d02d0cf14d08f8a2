using System.Buffers;
using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server;

/// <summary>The message of a DATA command, decoded from the connection's buffers straight into the reader's memory.</summary>
internal sealed class DataBody(SmtpBodySource source, SmtpServerOptions options) : WireBody(options.Limits)
{
    private readonly DataDecoder _decoder = new();

    public override bool Normalized => _decoder.SawBareNewline && options.BareNewline == BareNewline.Normalize;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        ThrowIfEmpty(destination);
        while (!_decoder.Ended)
        {
            var buffer = await source.ReadAsync(cancellationToken);
            var written = Decode(buffer, destination.Span);
            // What belongs to a refused message is taken off the wire and goes nowhere.
            if (written > 0 && Refusal is null)
                return written;
        }
        return 0;
    }

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
        return written;
    }
}

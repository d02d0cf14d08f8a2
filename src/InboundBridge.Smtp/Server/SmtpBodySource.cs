using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server;

/// <summary>Where a message's octets come from: the connection, with the message's total time and minimum rate. Counts only time that the peer lets us wait.</summary>
internal sealed class SmtpBodySource(SmtpConversation conversation, SmtpLimits limits)
{
    /// <summary>Time that a message gets on top of what the minimum rate allows: slow starts are ordinary.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private long _received;
    private TimeSpan _waited;

    /// <summary>The connection ended, or the peer was too slow: there is no message.</summary>
    public bool Lost { get; private set; }

    public bool TooSlow { get; private set; }

    /// <summary>At least one octet, straight from the connection's buffers; <see cref="AdvanceTo"/> must follow.</summary>
    /// <exception cref="SmtpConnectionLostException">There is no more to come.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlySequence<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        var input = conversation.Transport.Input;
        while (true)
        {
            ReadResult result;
            try
            {
                if (!input.TryRead(out result))
                {
                    var began = conversation.Time.GetTimestamp();
                    conversation.Timer.Start(Allowance() - _waited);
                    result = await input.ReadAsync(cancellationToken);
                    _waited += conversation.Time.GetElapsedTime(began);
                    if (_received > PollingThread.LargestMail)
                        await PollingThread.Leave();
                }
            }
            catch (Exception gone) when (gone is IOException || (gone is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw Gone("the connection broke inside the message", gone);
            }
            if (!result.Buffer.IsEmpty)
                return result.Buffer;
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                throw Gone("the connection ended inside the message");
            if (_waited >= Allowance())
            {
                TooSlow = true;
                throw Gone("the message came too slowly");
            }
        }
    }

    public void AdvanceTo(in ReadOnlySequence<byte> buffer, long consumed)
    {
        _received += consumed;
        conversation.Transport.Input.AdvanceTo(buffer.GetPosition(consumed));
    }

    private TimeSpan Allowance()
    {
        if (limits.MinimumRate <= 0)
            return limits.DataTimeout;
        var byRate = Grace + TimeSpan.FromSeconds(Math.Min(_received / (double)limits.MinimumRate, limits.DataTimeout.TotalSeconds));
        return byRate < limits.DataTimeout ? byRate : limits.DataTimeout;
    }

    private SmtpConnectionLostException Gone(string why, Exception? inner = null)
    {
        Lost = true;
        return new SmtpConnectionLostException(why, inner);
    }
}

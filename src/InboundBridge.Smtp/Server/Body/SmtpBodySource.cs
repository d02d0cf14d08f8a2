using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Server.Connection;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>Where a message's octets come from: the connection, with the message's total time and minimum rate. Counts only time that the peer lets us wait.</summary>
internal sealed class SmtpBodySource(SmtpConversation conversation, SmtpLimits limits)
{
    /// <summary>Time that a message gets on top of what the minimum rate allows: slow starts are ordinary.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private long _received;
    private long _began;
    private TimeSpan _waited;

    /// <summary>The connection ended, or the peer was too slow: there is no message.</summary>
    public bool Lost { get; private set; }

    public bool TooSlow { get; private set; }

    /// <summary>To be taken in on the thread pool.</summary>
    public bool IsLarge => _received > PollingThread.LargestMail;

    /// <summary>At least one octet, straight from the connection's buffers; <see cref="AdvanceTo"/> must follow.</summary>
    /// <exception cref="SmtpConnectionLostException">There is no more to come.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlySequence<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryRead(cancellationToken, out var octets))
                return octets;
            try
            {
                var result = await WaitAsync(cancellationToken);
                if (IsLarge)
                    await PollingThread.Leave();
                if (Arrive(result, out octets))
                    return octets;
            }
            catch (Exception gone) when (IsLoss(gone, cancellationToken))
            {
                throw Broken(gone);
            }
        }
    }

    /// <summary>What <see cref="ReadAsync"/> reads, where it has come already. False: it has to be waited for.</summary>
    /// <exception cref="SmtpConnectionLostException">There is no more to come.</exception>
    public bool TryRead(CancellationToken cancellationToken, out ReadOnlySequence<byte> octets)
    {
        ReadResult result;
        try
        {
            if (!conversation.Transport.Input.TryRead(out result))
            {
                octets = default;
                return false;
            }
        }
        catch (Exception gone) when (IsLoss(gone, cancellationToken))
        {
            throw Broken(gone);
        }
        return Check(result, out octets);
    }

    /// <summary>
    /// The wait of <see cref="ReadAsync"/>, for who spares a state machine around it: what it brings goes through <see cref="Arrive"/>, and what it throws,
    /// where <see cref="IsLoss"/>, through <see cref="Broken"/>.
    /// </summary>
    public ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        _began = conversation.Timer.Start(Allowance() - _waited);
        return conversation.Transport.Input.ReadAsync(cancellationToken);
    }

    /// <summary>False: nothing came, and more may.</summary>
    /// <exception cref="SmtpConnectionLostException">There is no more to come.</exception>
    public bool Arrive(in ReadResult result, out ReadOnlySequence<byte> octets)
    {
        _waited += conversation.Time.GetElapsedTime(_began);
        return Check(result, out octets);
    }

    public static bool IsLoss(Exception error, CancellationToken cancellationToken) =>
        error is IOException and not SmtpConnectionLostException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public SmtpConnectionLostException Broken(Exception cause) => Gone("the connection broke inside the message", cause);

    private bool Check(in ReadResult result, out ReadOnlySequence<byte> octets)
    {
        octets = result.Buffer;
        if (!octets.IsEmpty)
            return true;
        conversation.Transport.Input.AdvanceTo(octets.End);
        if (result.IsCompleted)
            throw Gone("the connection ended inside the message");
        if (_waited >= Allowance())
        {
            TooSlow = true;
            throw Gone("the message came too slowly");
        }
        return false;
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

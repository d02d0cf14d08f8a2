using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Server.Connection;

namespace InboundBridge.Smtp.Server.Body;

/// <summary>
/// Reads a message's octets off the connection, and enforces the message's total time and minimum
/// rate. Only the time that we wait for the client counts.
/// </summary>
internal sealed class SmtpBodySource(SmtpConversation conversation, SmtpLimits limits)
{
    /// <summary>Extra time on top of what the minimum rate allows, because many clients start slowly.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private long _received;
    private long _began;
    private TimeSpan _waited;

    /// <summary>The connection ended or the client was too slow: the message will never be whole.</summary>
    public bool Lost { get; private set; }

    public bool TooSlow { get; private set; }

    /// <summary>The message is too large for the polling thread; the thread pool must go on with it.</summary>
    public bool IsLarge => _received > PollingThread.LargestMail;

    /// <summary>Returns at least one octet, straight from the connection's buffers. Call <see cref="AdvanceTo"/> afterwards.</summary>
    /// <exception cref="SmtpConnectionLostException">No more octets will come.</exception>
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
                if (Accept(result, out octets))
                    return octets;
            }
            catch (Exception gone) when (IsLoss(gone, cancellationToken))
            {
                throw Broken(gone);
            }
        }
    }

    /// <summary>Like <see cref="ReadAsync"/>, for octets that have already come. False when the caller must wait.</summary>
    /// <exception cref="SmtpConnectionLostException">No more octets will come.</exception>
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
    /// The wait inside <see cref="ReadAsync"/>, for a caller that saves the state machine around it. Pass the result to
    /// <see cref="Accept"/>, and exceptions for which <see cref="IsLoss"/> is true to <see cref="Broken"/>.
    /// </summary>
    public ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        _began = conversation.Timer.Start(Allowance() - _waited);
        return conversation.Transport.Input.ReadAsync(cancellationToken);
    }

    /// <summary>False when the wait brought no octets, but more may come.</summary>
    /// <exception cref="SmtpConnectionLostException">No more octets will come.</exception>
    public bool Accept(in ReadResult result, out ReadOnlySequence<byte> octets)
    {
        _waited += conversation.Time.GetElapsedTime(_began);
        return Check(result, out octets);
    }

    public static bool IsLoss(Exception error, CancellationToken cancellationToken) =>
        error is IOException and not SmtpConnectionLostException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public SmtpConnectionLostException Broken(Exception cause) => Gone("the connection broke inside the message", cause);

    public void AdvanceTo(in ReadOnlySequence<byte> buffer, long consumed)
    {
        _received += consumed;
        conversation.Transport.Input.AdvanceTo(buffer.GetPosition(consumed));
    }

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

using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Body;
using InboundBridge.Smtp.Server.Connection;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>What one session knows; the verbs' handlers share it, the loop alone writes by it.</summary>
internal sealed class SmtpSessionContext(
    SmtpConversation conversation, SmtpPeer peer, Func<SmtpPeer, ISmtpReceiver> receivers,
    SmtpServerOptions options, SmtpListenerOptions listener, SmtpServerState server, CancellationToken abort) : IAsyncDisposable
{
    public SmtpConversation Conversation { get; } = conversation;

    public SmtpPeer Peer { get; } = peer;

    public SmtpServerOptions Options { get; } = options;

    public SmtpListenerOptions Listener { get; } = listener;

    public SmtpServerState Server { get; } = server;

    /// <summary>The hard stop; the graceful one is the conversation's.</summary>
    public CancellationToken Abort { get; } = abort;

    public ISmtpReceiver Receiver { get; private set; } = receivers(peer);

    /// <summary>Decided by the connection's own address, before XCLIENT changes it.</summary>
    public bool MayXclient { get; } = peer.Trusted;

    /// <summary>What XCLIENT gave for HELO; it counts instead of the proxy's own.</summary>
    public string? HeloGiven { get; set; }

    public int AuthenticationFailures { get; set; }

    public SmtpState State { get; set; }

    /// <summary>The open transaction's MAIL; null outside.</summary>
    public MailCommand? Mail { get; set; }

    /// <summary>Accepted recipients of the open transaction.</summary>
    public int Recipients { get; set; }

    /// <summary>MAIL commands that opened a transaction on this connection.</summary>
    public int Transactions { get; set; }

    /// <summary>Messages accepted on this connection.</summary>
    public int Accepted { get; set; }

    /// <summary>The BDAT sequence under way; null outside.</summary>
    public SmtpChunkedDelivery? Chunks { get; set; }

    public SmtpListenerMode Mode => Peer.Mode;

    public bool CanStartTls => Listener.Tls is SmtpTlsMode.StartTls or SmtpTlsMode.Require && Listener.TlsOptions is not null && Peer.Tls is null;

    /// <summary>A mailbox store that hands us mail by LMTP collects none.</summary>
    public bool CanTurnQueue => Options.TurnQueue && Mode != SmtpListenerMode.Lmtp;

    /// <summary>Ends the transaction, if one is open, and tells the receiver.</summary>
    public ValueTask ResetTransactionAsync()
    {
        if (Chunks is not null)
            return GiveUpChunksAsync(Chunks);
        EndTransaction();
        return ValueTask.CompletedTask;
    }

    private async ValueTask GiveUpChunksAsync(SmtpChunkedDelivery chunks)
    {
        Chunks = null;
        await chunks.GiveUpAsync();
        EndTransaction();
    }

    private void EndTransaction()
    {
        if (Mail is not null)
            Receiver.Reset();
        Mail = null;
        Recipients = 0;
        if (State != SmtpState.Connected)
            State = SmtpState.Ready;
    }

    /// <summary>The receiver's word on a new connection. Null: go on.</summary>
    public async ValueTask<SmtpReply?> ConnectAsync()
    {
        try
        {
            return await Receiver.ConnectAsync(Abort);
        }
        catch (Exception error) when (IsFault(error))
        {
            return Fault(SmtpVerb.Unknown, error) with { Code = 421 };
        }
    }

    /// <summary>The peer turned out to be somebody else: a new receiver for it.</summary>
    public async ValueTask<SmtpReply?> RenewReceiverAsync()
    {
        await Receiver.DisposeAsync();
        Receiver = receivers(Peer);
        return await ConnectAsync();
    }

    public ValueTask DisposeAsync() => Receiver.DisposeAsync();

    /// <summary>Everything but our own hard stop is a fault that the peer hears of as a temporary one.</summary>
    public bool IsFault(Exception error) => !(error is OperationCanceledException && Abort.IsCancellationRequested);

    public SmtpReply Fault(SmtpVerb verb, Exception error)
    {
        Server.Observer.Faulted(Peer, verb, error);
        return SmtpReplies.LocalError;
    }
}

using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Connection;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>
/// The state of one session, shared by the verbs' handlers. Handlers return their answers; only the command loop writes them.
/// </summary>
internal sealed class SmtpSessionContext(
    SmtpConversation conversation, SmtpPeer peer, Func<SmtpPeer, ISmtpReceiver> receivers,
    SmtpServerOptions options, SmtpListenerOptions listener, SmtpServerState server, CancellationToken abort) : IAsyncDisposable
{
    public SmtpConversation Conversation { get; } = conversation;

    public SmtpPeer Peer { get; } = peer;

    public SmtpServerOptions Options { get; } = options;

    public SmtpListenerOptions Listener { get; } = listener;

    public SmtpServerState Server { get; } = server;

    public required SmtpListenerMetrics Metrics { get; init; }

    /// <summary>Ends the session at once. <see cref="SmtpConversation.Shutdown"/> is the graceful stop.</summary>
    public CancellationToken Abort { get; } = abort;

    public ISmtpReceiver Receiver { get; private set; } = receivers(peer);

    /// <summary>Decided by the address of the connection itself, before XCLIENT changes the peer's address.</summary>
    public bool MayXclient { get; } = peer.Trusted;

    /// <summary>The HELO name from XCLIENT, which replaces the proxy's own.</summary>
    public string? XclientHelo { get; set; }

    /// <summary>XCLIENT has told the client's address.</summary>
    public bool HasXclientAddress { get; set; }

    public int AuthenticationFailures { get; set; }

    public SmtpState State { get; set; }

    /// <summary>The MAIL command of the open transaction; null when none is open.</summary>
    public MailCommand? Mail { get; set; }

    /// <summary>A field, because its methods change the struct in place. It keeps its content until the next transaction begins.</summary>
    public AcceptedRecipients Recipients;

    /// <summary>Transactions that this connection has opened.</summary>
    public int Transactions { get; set; }

    /// <summary>Messages that this connection has delivered.</summary>
    public int Accepted { get; set; }

    /// <summary>The message that is coming in chunks (BDAT); null when there is none.</summary>
    public SmtpChunkedDelivery? Chunks { get; set; }

    public SmtpListenerMode Mode => Peer.Mode;

    /// <summary>Gives up the open transaction, if there is one, and resets the receiver.</summary>
    public ValueTask ResetTransactionAsync()
    {
        if (Chunks is not null)
            return GiveUpChunksAsync(Chunks);
        EndTransaction();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the transaction after its message was answered.</summary>
    public void EndTransaction()
    {
        if (Mail is not null)
            Receiver.Reset();
        Mail = null;
        if (State != SmtpState.Connected)
            State = SmtpState.Ready;
    }

    /// <summary>Asks the receiver whether it wants this connection. Null when it does.</summary>
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

    /// <summary>Creates a new receiver after XCLIENT has changed the peer. Null when that receiver wants the connection.</summary>
    public async ValueTask<SmtpReply?> RenewReceiverAsync()
    {
        await Receiver.DisposeAsync();
        Receiver = receivers(Peer);
        return await ConnectAsync();
    }

    public ValueTask DisposeAsync() => Receiver.DisposeAsync();

    /// <summary>
    /// False only for the cancellation that <see cref="Abort"/> causes. The client hears of every other error as a temporary failure.
    /// </summary>
    public bool IsFault(Exception error) => !(error is OperationCanceledException && Abort.IsCancellationRequested);

    /// <summary>Reports an error of ours and returns the reply for it.</summary>
    public SmtpReply Fault(SmtpVerb verb, Exception error)
    {
        Server.Observer.Faulted(Peer, verb, error);
        return SmtpReplies.LocalError;
    }

    private async ValueTask GiveUpChunksAsync(SmtpChunkedDelivery chunks)
    {
        Chunks = null;
        await chunks.GiveUpAsync();
        EndTransaction();
    }
}

using System.IO.Pipelines;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Connection;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Verbs;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Sessions;

/// <summary>
/// One connection to a listener, from its first octet to its last. The host creates a
/// session for each connection and awaits <see cref="RunAsync"/>, which completes both pipes when it is done, and
/// does not throw whatever the client or the receiver does:
/// <code>
/// var peer = new SmtpPeer("mx", SmtpListenerMode.Mx, connection.RemoteEndPoint, connection.LocalEndPoint); var session = new
/// SmtpSession(connection.Transport, peer, receivers.Create, options, listener, server); await session.RunAsync(shutdown);
/// </code>
/// </summary>
/// <param name="transport">The connection's octets; the session is their only user.</param>
/// <param name="peer">The session fills it in as it learns about the client.</param>
/// <param name="receiver">
/// Called once the client's address is known (PROXY) and, with implicit TLS, after the handshake; called again after XCLIENT.
/// </param>
/// <param name="options">The server's options at this moment; a reload counts from the next connection on.</param>
/// <param name="listener">TLS, PROXY and AUTH of this listener.</param>
/// <param name="server">Clock, metrics, log and limits that all sessions share.</param>
public sealed class SmtpSession(
    IDuplexPipe transport, SmtpPeer peer, Func<SmtpPeer, ISmtpReceiver> receiver, SmtpServerOptions options, SmtpListenerOptions listener,
    SmtpServerState server)
{
    private readonly SmtpListenerMetrics _metrics = server.Metrics.ForListener(peer.Listener);
    private int _accepted;

    /// <param name="shutdown">The graceful stop: a message under way is finished, and every further command gets 421 4.3.2.</param>
    /// <param name="abort">
    /// The hard stop: our side drops the connection at once. Don't cancel it when the client closes its side, which the pipes report: a
    /// client that has sent its last octet may still wait for replies.
    /// </param>
    public async Task RunAsync(CancellationToken shutdown, CancellationToken abort = default)
    {
        _metrics.Opened();
        server.Observer.Opened(peer);
        var outcome = SmtpConnectionOutcome.Failed;
        var conversation = new SmtpConversation(transport, server.Time, options.Limits, shutdown);
        try
        {
            outcome = await ServeAsync(conversation, abort);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // Kestrel reports a connection that it aborted as a cancellation.
            outcome = shutdown.IsCancellationRequested ? SmtpConnectionOutcome.ShutDown : SmtpConnectionOutcome.Lost;
            if (conversation.IsStalled)
            {
                outcome = SmtpConnectionOutcome.TimedOut;
                server.Observer.Refused(
                    peer, new SmtpRefusal(SmtpVerb.Unknown, SmtpReplies.IdleTooLong with { LogDetail = gone.Message }));
            }
        }
        catch (Exception fault)
        {
            server.Observer.Faulted(peer, SmtpVerb.Unknown, fault);
        }
        finally
        {
            _metrics.Ended(outcome);
            server.Observer.Ended(peer, outcome, _accepted);
            await CloseAsync(conversation, outcome);
        }
    }

    private async ValueTask<SmtpConnectionOutcome> ServeAsync(SmtpConversation conversation, CancellationToken abort)
    {
        if (!await ProxyGate.PassAsync(conversation, peer, listener, abort))
        {
            server.Observer.ProxyInvalid(peer);
            return SmtpConnectionOutcome.ProxyInvalid;
        }
        var client = peer.ClientIp;
        var verdict = server.Connections.Enter(client, options.Limits);
        try
        {
            peer.Trusted = client is not null && options.IsTrusted(client);
            if (TooMany(verdict) is { } tooMany)
                return await TurnAwayAsync(conversation, tooMany, abort);
            // Without a certificate, as before the first one is issued: never in the clear where the client expects TLS.
            if (listener.Tls == SmtpTlsMode.Implicit && (listener.TlsOptions is null
                || !await TlsHandshake.RunAsync(conversation, peer, listener, server.Observer, abort)))
                return SmtpConnectionOutcome.TlsFailed;
            await using var context =
                new SmtpSessionContext(conversation, peer, receiver, options, listener, server, abort) { Metrics = _metrics };
            try
            {
                return await GreetAsync(context) ?? await new SmtpCommandLoop(context).RunAsync();
            }
            finally
            {
                _accepted = context.Accepted;
            }
        }
        finally
        {
            server.Connections.Leave(client);
        }
    }

    private SmtpReply? TooMany(SmtpConnectionLimiter.Verdict verdict) => verdict switch
    {
        SmtpConnectionLimiter.Verdict.TooMany =>
            SmtpReplies.TooManyConnections with { LogDetail = $"limits.connections {options.Limits.Connections}" },
        SmtpConnectionLimiter.Verdict.TooManyFromClient when !peer.Trusted =>
            SmtpReplies.TooManyFromClient with { LogDetail = $"limits.connections_per_client {options.Limits.ConnectionsPerClient}" },
        _ => null,
    };

    /// <summary>Null when the session may begin.</summary>
    private async ValueTask<SmtpConnectionOutcome?> GreetAsync(SmtpSessionContext context)
    {
        if (await context.ConnectAsync() is { } refusal)
            return await TurnAwayAsync(context.Conversation, refusal, context.Abort);
        // RFC 5321 §3.1: the client waits for the greeting. A client that does not is a spam bot, or a
        // request in another protocol that was sent to our port.
        var heard = peer.Trusted ? WireLineStatus.Incomplete : await context.Conversation.ListenAsync(GreetingDelay, context.Abort);
        switch (heard)
        {
            case WireLineStatus.Line:
                return await TurnAwayAsync(context.Conversation, SmtpReplies.EarlyTalker, context.Abort);
            case WireLineStatus.ShuttingDown:
                await TurnAwayAsync(context.Conversation, SmtpReplies.ShuttingDown, context.Abort);
                return SmtpConnectionOutcome.ShutDown;
            case WireLineStatus.End:
                return SmtpConnectionOutcome.Lost;
        }
        context.Conversation.Write(SmtpReplies.Banner(options.Hostname, peer.Mode == SmtpListenerMode.Lmtp));
        return null;
    }

    /// <summary>Only unknown clients wait. On a submission listener a person waits, and LMTP comes from our own machines.</summary>
    private TimeSpan GreetingDelay => peer.Mode == SmtpListenerMode.Mx ? options.GreetingDelay : TimeSpan.Zero;

    private async ValueTask<SmtpConnectionOutcome> TurnAwayAsync(SmtpConversation conversation, SmtpReply reply, CancellationToken abort)
    {
        _metrics.TurnedAway(reply);
        server.Observer.Refused(peer, new SmtpRefusal(SmtpVerb.Unknown, reply));
        // Before an implicit TLS handshake the client would not understand plain text, and a refusal is not worth a handshake.
        if (listener.Tls == SmtpTlsMode.Implicit && peer.Tls is null)
            return SmtpConnectionOutcome.Refused;
        conversation.Write(reply);
        await conversation.FlushAsync(abort);
        return SmtpConnectionOutcome.Refused;
    }

    private async ValueTask CloseAsync(SmtpConversation conversation, SmtpConnectionOutcome outcome)
    {
        // Lingering gives the client time to read our last reply. Without a last reply,
        // or with a client that does not read, it is of no use.
        var linger = !conversation.IsStalled
            && outcome is not (SmtpConnectionOutcome.Closed or SmtpConnectionOutcome.Lost or SmtpConnectionOutcome.ProxyInvalid);
        try
        {
            await conversation.CloseAsync(linger);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client has closed the connection before us.
        }
        catch (Exception fault)
        {
            server.Observer.Faulted(peer, SmtpVerb.Unknown, fault);
        }
    }
}

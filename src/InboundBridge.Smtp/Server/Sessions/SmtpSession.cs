using System.IO.Pipelines;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Connection;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Verbs;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Sessions;

/// <summary>
/// One connection of an MX, submission or LMTP listener, from the first octet to the last. The host makes one for each connection and awaits
/// <see cref="RunAsync"/>, which never throws for anything that the peer or the receiver does and completes both pipes when it is done:
/// <code>
/// var peer = new SmtpPeer("mx", SmtpListenerMode.Mx, connection.RemoteEndPoint, connection.LocalEndPoint);
/// var session = new SmtpSession(connection.Transport, peer, receivers.Create, options, listener, server);
/// await session.RunAsync(shutdown);
/// </code>
/// </summary>
/// <param name="transport">The connection's octets; nobody else may touch them.</param>
/// <param name="peer">Filled in as the conversation goes on.</param>
/// <param name="receiver">Asked once the peer's address is settled (PROXY) and, on implicit TLS, encrypted; again after XCLIENT.</param>
/// <param name="options">The server's options as of now; a reload counts for the next connection.</param>
/// <param name="listener">TLS, PROXY and AUTH of this listener.</param>
/// <param name="server">Clock, metrics, log and limits that all sessions share.</param>
public sealed class SmtpSession(
    IDuplexPipe transport, SmtpPeer peer, Func<SmtpPeer, ISmtpReceiver> receiver, SmtpServerOptions options, SmtpListenerOptions listener, SmtpServerState server)
{
    private readonly SmtpErrorBudget _errors = new(options.Limits.Errors);
    private readonly SmtpCommandRate _idleCommands = new(options.Limits.IdleCommandsPerMinute, server.Time);
    private int _accepted;

    /// <param name="shutdown">Graceful: a message under way is finished, every further command gets 421 4.3.2.</param>
    /// <param name="abort">
    /// Hard: our own side gives the connection up where it stands. Not for the peer's end of it, which the pipes tell: a peer that has sent
    /// its last octet may still wait for replies.
    /// </param>
    public async Task RunAsync(CancellationToken shutdown, CancellationToken abort = default)
    {
        server.Metrics.Opened(peer.Listener);
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
                server.Observer.Refused(peer, SmtpVerb.Unknown, SmtpReplies.IdleTooLong with { LogDetail = gone.Message });
            }
        }
        catch (Exception fault)
        {
            server.Observer.Faulted(peer, SmtpVerb.Unknown, fault);
        }
        finally
        {
            server.Metrics.Ended(peer.Listener, outcome);
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
            if (verdict == SmtpConnectionLimiter.Verdict.TooMany)
                return await TurnAwayAsync(conversation, SmtpReplies.TooManyConnections with { LogDetail = $"limits.connections {options.Limits.Connections}" }, abort);
            if (verdict == SmtpConnectionLimiter.Verdict.TooManyFromClient && !peer.Trusted)
                return await TurnAwayAsync(conversation, SmtpReplies.TooManyFromClient with { LogDetail = $"limits.connections_per_client {options.Limits.ConnectionsPerClient}" }, abort);
            if (listener is { Tls: SmtpTlsMode.Implicit, TlsOptions: not null }
                && !await TlsHandshake.RunAsync(conversation, peer, listener, server.Observer, abort))
                return SmtpConnectionOutcome.TlsFailed;
            await using var context = new SmtpSessionContext(conversation, peer, receiver, options, listener, server, abort);
            return await GreetAsync(context) ?? await ConverseAsync(context);
        }
        finally
        {
            server.Connections.Leave(client);
        }
    }

    /// <summary>Null when the conversation may begin.</summary>
    private async ValueTask<SmtpConnectionOutcome?> GreetAsync(SmtpSessionContext context)
    {
        if (await context.ConnectAsync() is { } refusal)
            return await TurnAwayAsync(context.Conversation, refusal, context.Abort);
        // RFC 5321 §3.1: the client waits for the greeting. Who doesn't is a robot, or somebody else's protocol replayed at us.
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

    private async ValueTask<SmtpConnectionOutcome> TurnAwayAsync(SmtpConversation conversation, SmtpReply reply, CancellationToken abort)
    {
        server.Metrics.TurnedAway(reply);
        server.Observer.Refused(peer, SmtpVerb.Unknown, reply);
        // Where TLS comes first, a refusal in front of it is not worth a handshake, and plain text would not be understood.
        if (listener.Tls == SmtpTlsMode.Implicit && peer.Tls is null)
            return SmtpConnectionOutcome.Refused;
        conversation.Write(reply);
        await conversation.FlushAsync(abort);
        return SmtpConnectionOutcome.Refused;
    }

    private async ValueTask<SmtpConnectionOutcome> ConverseAsync(SmtpSessionContext context)
    {
        var conversation = context.Conversation;
        try
        {
            for (var commands = 1; ; commands++)
            {
                if (commands % PollingThread.MostCommands == 0)
                    await PollingThread.Leave();
                if (conversation.TakeLine() is not { } status)
                {
                    await conversation.FlushAsync(context.Abort);
                    conversation.BeginWait();
                    WireLineStatus? arrived;
                    do
                    {
                        arrived = conversation.Arrive(await conversation.WaitAsync(context.Abort));
                    }
                    while (arrived is null);
                    status = arrived.Value;
                }
                else if (conversation.HasMuchUnsent)
                {
                    await conversation.FlushAsync(context.Abort);
                }
                var verb = SmtpVerb.Unknown;
                var answer = status == WireLineStatus.Line ? await AnswerAsync(context, out verb) : SmtpLineFaults.Answer(status);
                _accepted = context.Accepted;
                if (answer.HangUp is { } outcome)
                    return outcome;
                if (Say(context, verb, answer) is not { } last)
                    continue;
                await conversation.FlushAsync(context.Abort);
                return SmtpLineFaults.Outcome(verb, last);
            }
        }
        finally
        {
            conversation.EndWait();
            await context.ResetTransactionAsync();
        }
    }

    private static ValueTask<SmtpAnswer> AnswerAsync(SmtpSessionContext context, out SmtpVerb verb)
    {
        (verb, var command, var error) = SmtpCommandParser.Parse(context.Conversation.Line, context.Mail?.SmtpUtf8 ?? false, context.Options.AddressSyntax);
        if (error is not null)
            error = SmtpLineFaults.WithLine(error, verb, context.Conversation.Line);
        var refusal = TlsGate(context, verb) ?? error ?? SmtpSessionState.Check(context.State, verb, context.Mode);
        if (refusal is null)
            return SmtpVerbs.ExecuteAsync(context, verb, command!);
        // A chunk's octets follow its command even where the command is refused.
        return command is SmtpCommand.Bdat chunk ? BdatHandler.DiscardAsync(context, chunk, refusal) : new ValueTask<SmtpAnswer>(refusal);
    }

    /// <summary>RFC 3207 §4: where TLS is required, only NOOP, EHLO, STARTTLS and QUIT go without; RSET and HELP give nothing away either.</summary>
    private static SmtpReply? TlsGate(SmtpSessionContext context, SmtpVerb verb) =>
        context.Listener.Tls == SmtpTlsMode.Require && context.Peer.Tls is null
        && verb is not (SmtpVerb.Ehlo or SmtpVerb.Helo or SmtpVerb.Lhlo or SmtpVerb.StartTls or SmtpVerb.Noop or SmtpVerb.Quit or SmtpVerb.Rset or SmtpVerb.Help or SmtpVerb.Unknown)
            ? SmtpReplies.TlsFirst
            : null;

    /// <summary>Writes, counts and reports. Returns the reply after which the connection closes; null when it goes on.</summary>
    private SmtpReply? Say(SmtpSessionContext context, SmtpVerb verb, in SmtpAnswer answer)
    {
        if (answer.Reply is { } reply)
            return SayOne(context, verb, reply);
        SmtpReply? last = null;
        foreach (var each in answer.Each ?? [])
        {
            var closing = SayOne(context, verb, each);
            last ??= closing;
        }
        if (answer is { Reply: null, Each: null })
            server.Metrics.Answered(peer.Listener, verb, SmtpReplies.StartTls.Code);
        return last;
    }

    private SmtpReply? SayOne(SmtpSessionContext context, SmtpVerb verb, SmtpReply reply)
    {
        if (_errors.Spend(reply))
            reply = SmtpReplies.TooManyErrors;
        else if (_idleCommands.Spend(verb, reply, context.Accepted) && !peer.Trusted)
            reply = SmtpReplies.TooManyCommands;
        context.Conversation.Write(reply);
        server.Metrics.Answered(peer.Listener, verb, reply.Code);
        if (!reply.IsPositive)
        {
            server.Metrics.Refused(verb, reply);
            server.Observer.Refused(peer, verb, reply);
        }
        // RFC 5321 §3.8: 421 announces the close, whoever says it.
        return reply.Closes || reply.Code == 421 ? reply : null;
    }

    /// <summary>People wait at a submission client, and LMTP comes from our own machines: only strangers are tried for patience.</summary>
    private TimeSpan GreetingDelay => peer.Mode == SmtpListenerMode.Mx ? options.GreetingDelay : TimeSpan.Zero;

    private async ValueTask CloseAsync(SmtpConversation conversation, SmtpConnectionOutcome outcome)
    {
        // After QUIT there is nothing to come, and without a PROXY header nothing was said that could be lost; nor is there where nobody reads.
        var linger = !conversation.IsStalled && outcome is not (SmtpConnectionOutcome.Closed or SmtpConnectionOutcome.Lost or SmtpConnectionOutcome.ProxyInvalid);
        try
        {
            await conversation.CloseAsync(linger);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The peer was first: there is nothing left to say goodbye to.
        }
        catch (Exception fault)
        {
            server.Observer.Faulted(peer, SmtpVerb.Unknown, fault);
        }
    }
}

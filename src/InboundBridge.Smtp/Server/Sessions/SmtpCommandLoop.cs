using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Verbs;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Sessions;

/// <summary>Takes one command line after another, runs it, and writes, counts and reports the answer.</summary>
internal sealed class SmtpCommandLoop(SmtpSessionContext context)
{
    private readonly SmtpErrorBudget _errors = new(context.Options.Limits.Errors);
    private readonly SmtpCommandRate _idleCommands = new(context.Options.Limits.IdleCommandsPerMinute, context.Server.Time);

    /// <summary>The command under way; null where the line holds none.</summary>
    private SmtpCommand? _command;

    /// <summary>The transaction that was open when the command came; an answer to its data comes after its end.</summary>
    private MailCommand? _transaction;

    /// <summary>Returns when the connection is to be closed.</summary>
    public async ValueTask<SmtpConnectionOutcome> RunAsync()
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
                        arrived = conversation.Accept(await conversation.WaitAsync(context.Abort));
                    }
                    while (arrived is null);
                    status = arrived.Value;
                }
                else if (conversation.HasMuchUnsent)
                {
                    await conversation.FlushAsync(context.Abort);
                }
                var verb = SmtpVerb.Unknown;
                (_command, _transaction) = (null, context.Mail);
                var answer = status == WireLineStatus.Line ? await AnswerAsync(out verb) : SmtpLineFaults.Answer(status);
                if (answer.HangUp is { } outcome)
                    return outcome;
                if (Write(verb, answer) is not { } last)
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

    private ValueTask<SmtpAnswer> AnswerAsync(out SmtpVerb verb)
    {
        (verb, var command, var error) = SmtpCommandParser.Parse(
            context.Conversation.Line, context.Mail?.SmtpUtf8 ?? false, context.Options.AddressSyntax);
        _command = command;
        if (error is not null)
            error = SmtpLineFaults.WithLine(error, verb, context.Conversation.Line);
        var entry = SmtpVerbs.Of(verb);
        var refusal = TlsGate(entry) ?? error ?? SmtpSessionState.Check(context.State, entry.Order, context.Mode);
        if (refusal is null)
            return entry.Handler(context, command!);
        // A chunk's octets follow its command even when we refuse the command.
        return command is SmtpCommand.Bdat chunk ? BdatHandler.DiscardAsync(context, chunk, refusal) : new ValueTask<SmtpAnswer>(refusal);
    }

    /// <summary>
    /// RFC 3207 §4: where TLS is required, only NOOP, EHLO, STARTTLS and QUIT work without
    /// it. We also allow RSET and HELP, which reveal nothing. Before the first certificate is there, the refusal is temporary.
    /// </summary>
    private SmtpReply? TlsGate(SmtpVerbEntry entry) =>
        context.Listener.Tls != SmtpTlsMode.Require || context.Peer.Tls is not null || entry.WorksWithoutTls ? null
            : context.Listener.TlsOptions is null ? SmtpReplies.TlsNotYet : SmtpReplies.TlsFirst;

    /// <summary>Writes the answer. Returns the reply after which the connection closes; null when it goes on.</summary>
    private SmtpReply? Write(SmtpVerb verb, in SmtpAnswer answer)
    {
        if (answer.Reply is { } reply)
            return Write(verb, reply);
        SmtpReply? last = null;
        for (var index = 0; index < (answer.Each?.Count ?? 0); index++)
        {
            var closing = Write(verb, answer.Each![index], index);
            last ??= closing;
        }
        if (answer is { Reply: null, Each: null })
            context.Metrics.Answered(verb, SmtpReplies.StartTls.Code);
        return last;
    }

    /// <param name="recipient">The place of the recipient that the reply is for (LMTP); null for a reply to the whole command.</param>
    private SmtpReply? Write(SmtpVerb verb, SmtpReply reply, int? recipient = null)
    {
        if (_errors.Spend(reply))
            reply = SmtpReplies.TooManyErrors;
        else if (_idleCommands.Spend(verb, reply, context.Accepted) && !context.Peer.Trusted)
            reply = SmtpReplies.TooManyCommands;
        context.Conversation.Write(reply);
        context.Metrics.Answered(verb, reply.Code);
        if (!reply.IsPositive)
        {
            context.Metrics.Refused(verb, reply);
            var refusal = RefusalOf(verb, reply, recipient);
            context.Server.Observer.Refused(context.Peer, refusal);
            if (verb == SmtpVerb.Rcpt)
                context.Receiver.Refused(refusal);
        }
        // RFC 5321 §3.8: 421 announces that the connection closes, whether the reply is the session's or the receiver's.
        return reply.Closes || reply.Code == 421 ? reply : null;
    }

    /// <summary>The refusal with the envelope that it concerns: the transaction was open when its command began.</summary>
    private SmtpRefusal RefusalOf(SmtpVerb verb, SmtpReply reply, int? recipient)
    {
        var refusal = new SmtpRefusal(verb, reply);
        var sender = _command is SmtpCommand.Mail mail ? mail.Value : _transaction;
        if (sender is null)
            return refusal;
        return refusal with
        {
            Sender = sender.ReversePath?.ToString() ?? string.Empty,
            Recipients = _command is SmtpCommand.Rcpt rcpt ? rcpt.Value.Recipient.ToString()
                : verb is not (SmtpVerb.Data or SmtpVerb.Bdat) || context.Recipients.Count == 0 ? null
                : recipient is { } index ? context.Recipients.At(index) : context.Recipients.ToString(),
        };
    }
}

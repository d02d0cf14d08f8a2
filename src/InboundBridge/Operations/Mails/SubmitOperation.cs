using InboundBridge.MailFlow.Reception;
using InboundBridge.Operations.Principals;
using InboundBridge.Setup;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;

namespace InboundBridge.Operations.Mails;

/// <summary>Accepts a mail without SMTP, on the same path: same recipients, rules and limits, and durable before the answer.</summary>
/// <param name="smtp">Counts and logs refusals as those of SMTP.</param>
internal sealed class SubmitOperation(
    CurrentSetup current, ReceptionServices reception, SmtpServerState smtp, AuditLog audit, TimeProvider clock)
{
    /// <summary>The listener's name in rules, metrics and envelopes.</summary>
    private const string Listener = "http";

    private const string Protocol = "HTTP";

    /// <summary>The limits in force, which are those of SMTP.</summary>
    public SmtpLimits Limits => current.Setup.Options.Smtp.Server.Limits;

    public async Task<SubmissionOutcome> SubmitAsync(Principal who, Submission mail, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Submit);
        var peer = new SmtpPeer(Listener, SmtpListenerMode.Mx, mail.Remote, mail.Local) { Protocol = Protocol, Helo = mail.Helo };
        peer.Trusted = peer.ClientIp is { } client && current.Setup.Options.Smtp.Server.Trusted.Any(network => network.Contains(client));
        await using var receiver = new MailReceiver(peer, reception);
        using var deadline = new CancellationTokenSource(Limits.DataTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await TakeAsync(who, peer, receiver, mail, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new SubmissionOutcome.TooSlow();
        }
    }

    private async Task<SubmissionOutcome> TakeAsync(
        Principal who, SmtpPeer peer, MailReceiver receiver, Submission mail, CancellationToken stop)
    {
        if (await receiver.ConnectAsync(stop) is { IsPositive: false } unwelcome)
            return new SubmissionOutcome.Refused(unwelcome, []);
        var from = new MailCommand(mail.Sender)
        {
            Size = mail.Length,
            Body = SmtpBodyType.EightBitMime,
            SmtpUtf8 = mail.Recipients.Append(mail.Sender).Any(address => address is { NeedsSmtpUtf8: true }),
        };
        if (Noted(peer, mail, SmtpVerb.Mail, await receiver.MailAsync(from, stop)) is { IsPositive: false } notFrom)
            return new SubmissionOutcome.Refused(notFrom, []);
        var replies = new List<RecipientReply>();
        foreach (var recipient in mail.Recipients)
        {
            var answer = await receiver.RcptAsync(new RcptCommand(recipient), stop);
            if (!answer.IsPositive)
                receiver.Refused(new SmtpRefusal(SmtpVerb.Rcpt, answer) { Recipients = recipient.ToString() });
            replies.Add(new RecipientReply(recipient, Noted(peer, mail, SmtpVerb.Rcpt, answer, recipient)));
        }
        if (replies.TrueForAll(answer => !answer.Reply.IsPositive))
            return new SubmissionOutcome.Refused((replies.Find(answer => answer.Reply.IsTransientFailure) ?? replies[0]).Reply, replies);
        var id = receiver.TransactionId ?? throw new InvalidOperationException("a transaction with an accepted recipient has no id");
        var reply = (await receiver.DataAsync(new SubmittedBody(mail.Content, Limits.MessageSize), stop))[0];
        receiver.Reset();
        if (!Noted(peer, mail, SmtpVerb.Data, reply).IsPositive)
            return new SubmissionOutcome.Refused(reply, Final(replies, reply));
        audit.Changed(who, Operation.Submit, id, 1);
        return new SubmissionOutcome.Accepted(id, reply, replies);
    }

    /// <summary>A refusal after the data takes back what the recipients were told before.</summary>
    private static List<RecipientReply> Final(List<RecipientReply> replies, SmtpReply refusal) =>
        [.. replies.Select(answer => answer.Reply.IsPositive ? answer with { Reply = refusal } : answer)];

    /// <summary>Counts and logs a refusal; returns the reply.</summary>
    /// <param name="recipient">Null for a reply to the sender or the whole mail.</param>
    private SmtpReply Noted(SmtpPeer peer, Submission mail, SmtpVerb verb, SmtpReply reply, SmtpAddress? recipient = null)
    {
        if (!reply.IsPositive)
            smtp.Refused(peer, new SmtpRefusal(verb, reply)
            {
                Sender = mail.Sender?.ToString() ?? string.Empty,
                Recipients = recipient?.ToString() ?? (verb == SmtpVerb.Data ? string.Join(',', mail.Recipients) : null),
            });
        return reply;
    }
}

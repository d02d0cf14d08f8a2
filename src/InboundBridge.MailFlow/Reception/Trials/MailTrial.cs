using System.IO.Pipelines;
using System.Net;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using InboundBridge.Smtp.Server.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>
/// Sends a mail through a real SMTP session and the real reception, which store it in memory only, so that an explanation shows what the
/// product does. Afterwards the rules are evaluated once more, with a trace. Counts no hits, and no metrics of the product except
/// <c>script_seconds</c>. Recipients are looked up as for live mail.
/// </summary>
/// <param name="listener">The listener's name, as rules see it.</param>
/// <param name="clock">Its current time is when the mail comes.</param>
/// <param name="strangers">Whom greylisting knows; null where nobody can tell.</param>
public sealed class MailTrial(
    ReceptionPolicy policy, SmtpServerOptions server, string listener, TimeProvider clock, GreylistLook? strangers = null)
{
    /// <summary>Of the listener: an MX, or submission where a user has authenticated.</summary>
    public SmtpListenerMode Mode { get; init; } = SmtpListenerMode.Mx;

    // The session and the explanation afterwards look at the same answers of checks.
    private readonly ReceptionPolicy _policy =
        policy with { Routing = policy.Routing with { IsDryRun = true }, Checks = policy.Checks.ForOneMail() };
    private readonly StandingClock _clock = new(clock);

    /// <exception cref="ArgumentException">What <see cref="TrialMail.Problem"/> says.</exception>
    public async Task<TrialOutcome> RunAsync(TrialMail mail, CancellationToken cancellationToken)
    {
        if (mail.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(mail));
        var keeper = new TrialKeeper();
        var observer = new TrialObserver();
        var (conversation, receiver) = await ConverseAsync(mail, keeper, observer, cancellationToken);
        var (trusted, checks) = (receiver.Peer.Trusted, _policy.Senders is not null || _policy.Given is { ReplacesChecks: true });
        if (receiver.Mail is null)
            return new TrialOutcome(conversation.Replies, [], MailVerdicts.NotAsked, null, [], null, observer.Faults)
            {
                ClientIsTrusted = trusted,
                ChecksSenders = checks,
            };
        var transaction = new MailTransaction(keeper.Staged?.Id ?? new MessageIdSource(_clock).Next(), receiver.Mail, receiver.Peer,
            _policy, _clock.GetUtcNow())
        { SenderCheck = receiver.SenderCheck, Scans = receiver.Scans };
        var content = keeper.Staged is { IsSealed: true } staged ? staged.Content : null;
        foreach (var (command, reply, _) in receiver.Recipients)
        {
            if (reply.IsPositive)
                transaction.Add(Located(command), command);
        }
        var recipients = new List<TrialRecipient>();
        foreach (var (command, reply, greylisting) in receiver.Recipients)
        {
            var settled = TrialSettlement.Of(transaction, Located(command).Address, reply, receiver.Answer, keeper);
            recipients.Add((await ExplainAsync(transaction, command, reply, settled, content, mail.Octets.Length, cancellationToken))
                with
            { Greylisting = greylisting });
        }
        return new TrialOutcome(
            conversation.Replies, recipients, transaction.Verdicts ?? MailVerdicts.NotAsked,
            keeper.Message, [.. keeper.Deliveries.Where(delivery => delivery.State != DeliveryState.Dead)], content, observer.Faults)
        {
            ClientIsTrusted = trusted,
            ChecksSenders = checks,
        };
    }

    private RuleRecipient Located(RcptCommand command) => new(MailReceiver.WithDomain(command.Recipient, _policy).ToString());

    private async Task<(TrialConversation Conversation, TrialReceiver Receiver)> ConverseAsync(
        TrialMail mail, TrialKeeper keeper, TrialObserver observer, CancellationToken cancellationToken)
    {
        var ids = new MessageIdSource(_clock);
        var services = new ReceptionServices(
            keeper, new MailRouter(ids, _clock, new RoutingLog(NullLogger<RoutingLog>.Instance)), ids, _clock,
            new ReceptionMetrics(new MetricRegistry()),
            new ReceptionLog(NullLogger<ReceptionLog>.Instance), _policy);
        var peer = new SmtpPeer(listener, Mode, new IPEndPoint(mail.ClientIp, 0), new IPEndPoint(IPAddress.Loopback, 25));
        TrialGiven.Tell(peer, mail.Given);
        var receiver = new TrialReceiver(new MailReceiver(peer, services), peer, _policy, strangers);
        var (toServer, toClient) = (new Pipe(), new Pipe());
        var session = new SmtpSession(
            new PipePair(toServer.Reader, toClient.Writer), peer, _ => receiver, server, new SmtpListenerOptions(),
            new SmtpServerState(_clock, SmtpServerMetrics.None, observer));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = session.RunAsync(CancellationToken.None, over.Token);
        var conversation = new TrialConversation(toClient.Reader, toServer.Writer, observer);
        try
        {
            await TalkAsync(conversation, mail, cancellationToken);
        }
        finally
        {
            await toServer.Writer.CompleteAsync();
            await over.CancelAsync();
            await running;
        }
        return (conversation, receiver);
    }

    /// <summary>Speaks like any mail server: it stops at a refusal of MAIL, of all recipients, or of DATA.</summary>
    private static async Task TalkAsync(TrialConversation conversation, TrialMail mail, CancellationToken cancellationToken)
    {
        if (await conversation.HearAsync("connect", string.Empty, cancellationToken) is not { Code: 220 }
            || await conversation.SayAsync("ehlo", $"EHLO {mail.Helo}", cancellationToken) is not { Code: 250 })
            return;
        var international = !System.Text.Ascii.IsValid(mail.Sender + string.Concat(mail.Recipients));
        var body = System.Text.Ascii.IsValid(mail.Octets.Span) ? string.Empty : " BODY=8BITMIME";
        var from = $"MAIL FROM:<{mail.Sender}> SIZE={mail.Octets.Length}{body}{(international ? " SMTPUTF8" : string.Empty)}";
        if (await conversation.SayAsync("mail", from, cancellationToken) is not { Code: 250 })
            return;
        var accepted = 0;
        foreach (var recipient in mail.Recipients)
        {
            if (await conversation.SayAsync("rcpt", $"RCPT TO:<{recipient}>", cancellationToken) is { Code: < 300 })
                accepted++;
        }
        if (accepted == 0 || await conversation.SayAsync("data", "DATA", cancellationToken) is not { Code: 354 })
            return;
        await conversation.SendAsync(mail.Octets, cancellationToken);
    }

    private async Task<TrialRecipient> ExplainAsync(
        MailTransaction transaction, RcptCommand command, SmtpReply reply, TrialRecipient settled, MailContent? content, long size,
        CancellationToken cancellationToken)
    {
        // What enforcement or the session refuses, the rules do not decide.
        if (settled is { DecidedBy: not TrialDecider.Rules, Refusal: not null })
            return settled;
        var last = reply.IsPositive && content is not null ? RuleStage.Body : RuleStage.Recipient;
        return settled with
        {
            Facts = MailFacts.At(transaction, last, content, size),
            LastStage = last,
            Explanation = await new RuleExplainer(_policy.Routing.Evaluator).ExplainAsync(
                _policy.Routing.Rules, stage => MailFacts.At(transaction, stage, content, size), last, Located(command),
                transaction.BeganAt, cancellationToken),
        };
    }

    private sealed record PipePair(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Its time of day stands still during the trial; timers and timestamps run as usual.</summary>
    private sealed class StandingClock(TimeProvider clock) : TimeProvider
    {
        private readonly DateTimeOffset _now = clock.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => _now;
    }
}

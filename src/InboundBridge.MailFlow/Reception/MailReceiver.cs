using System.Text;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool;
using InboundBridge.Mime;
using InboundBridge.Rules;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// One SMTP or LMTP session's way into the product. <see cref="DataAsync"/> is its table of contents: read, look, decide, keep, answer.
/// Keeps nothing that outlives the session; a mail is safe once <see cref="MailQueue.AcceptAsync"/> has returned, and only then gets its 250.
/// </summary>
public sealed class MailReceiver : ISmtpReceiver
{
    private const int SubjectLength = 200;

    private readonly SmtpPeer _peer;
    private readonly ReceptionServices _services;
    private readonly MailIntake _intake;
    private MailTransaction? _transaction;
    private MailFacts? _facts;

    public MailReceiver(SmtpPeer peer, ReceptionServices services)
    {
        _peer = peer;
        _services = services;
        _intake = new MailIntake(services.Router);
    }

    /// <summary>The id of the mail under way; null between mails.</summary>
    public string? TransactionId => _transaction?.Id;

    public ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

    public ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken)
    {
        if (ReceptionReplies.Of(_services.Spool.Condition) is { } notNow)
            return new ValueTask<SmtpReply>(_services.Metrics.Refused("mail", notNow));
        var policy = _services.CurrentPolicy;
        if (_peer.Mode == SmtpListenerMode.Submission && !MaySendAs(mail.ReversePath, policy))
            return new ValueTask<SmtpReply>(_services.Metrics.Refused("mail", ReceptionReplies.NotTheirAddress));
        _transaction = new MailTransaction(_services.Ids.Next(), mail, _peer, policy, _services.Clock.GetUtcNow());
        _facts = new MailFacts(_transaction);
        return new ValueTask<SmtpReply>(ReceptionReplies.SenderOk);
    }

    public async ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken)
    {
        var transaction = _transaction!;
        if (Locate(recipient.Recipient, transaction.Policy) is not { } address)
            return _services.Metrics.Refused("rcpt", ReceptionReplies.RelayDenied);
        var located = new RuleRecipient(address.ToString());
        if (transaction.Policy.Recipients is { } directory && IsOurs(address, transaction.Policy)
            && ReceptionReplies.Of(await directory.AskAsync(located.Address, cancellationToken)) is { } nobody)
            return _services.Metrics.Refused("rcpt", nobody);
        var refusal = await _services.Router.RefusalAsync(transaction.Policy.Routing, _facts!, located, RuleStage.Recipient, transaction.BeganAt, cancellationToken);
        if (refusal is not null)
            return _services.Metrics.Refused("rcpt", RefusalReply.Of(refusal));
        transaction.Add(address, located, recipient);
        return ReceptionReplies.RecipientOk;
    }

    public async ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken)
    {
        var (transaction, facts) = (_transaction!, _facts!);
        await using var staged = _services.Spool.Stage(transaction.Id);
        var receivedAt = _services.Clock.GetUtcNow();
        var trace = Encoding.UTF8.GetBytes(TraceField(transaction, receivedAt));
        if (await _intake.ReadAsync(transaction, facts, staged, body, trace, cancellationToken) is { } refused)
            return Answers(transaction, _services.Metrics.Refused("data", refused));
        var mail = MimeMessage.Open(staged.Content, transaction.Policy.Mime);
        if (MailLoopCheck.Refusal(mail) is { } loop)
            return Answers(transaction, _services.Metrics.Refused("data", loop));
        facts.MailArrived(mail, staged.Length - trace.Length);
        var plan = await _services.Router.PlanAsync(transaction.Policy.Routing, facts, transaction.Recipients, transaction.BeganAt, cancellationToken);
        if (_peer.Mode != SmtpListenerMode.Lmtp && plan.Whole is { } whole)
            return Answers(transaction, _services.Metrics.Refused("data", RefusalReply.Of(whole)));
        if (plan.Deliveries.Count > 0)
            await _services.Queue.AcceptAsync(staged, Describe(transaction, staged, mail, receivedAt), Records(transaction, plan, receivedAt), cancellationToken);
        _services.Metrics.Received(_peer.Listener, staged.Length);
        _services.Log.Received(transaction, staged.Length, plan);
        return Answers(transaction, plan);
    }

    public void Reset()
    {
        _transaction = null;
        _facts = null;
    }

    public ValueTask DisposeAsync()
    {
        Reset();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// The recipient as one we may take, or null: anything else would make us a relay for strangers (RFC 2505). Our own users may write to anybody
    /// (RFC 6409); where that goes is for the rules to say.
    /// </summary>
    private SmtpAddress? Locate(SmtpAddress recipient, ReceptionPolicy policy)
    {
        if (recipient.Domain.Length == 0)
            return recipient with { Domain = policy.Domains.First ?? policy.Hostname };
        return IsOurs(recipient, policy) || _peer is { Mode: SmtpListenerMode.Submission, User: not null } ? recipient : null;
    }

    private static bool IsOurs(SmtpAddress address, ReceptionPolicy policy) => policy.Domains.Contains(address.Domain);

    /// <summary>The null reverse-path is for bounces and auto-replies, which users' programs send too (RFC 6409 §6.1).</summary>
    private bool MaySendAs(SmtpAddress? sender, ReceptionPolicy policy) =>
        _peer.User is { } user && policy.SendAs.TryGetValue(user, out var allowed) && (sender is null || allowed.Contains(sender.ToString()));

    private static string TraceField(MailTransaction transaction, DateTimeOffset receivedAt) => ReceivedHeader.Format(
        transaction.Peer,
        transaction.Policy.Hostname,
        transaction.Id,
        transaction.OnlyRecipient,
        transaction.Mail.SmtpUtf8,
        receivedAt);

    private static SpooledMessage Describe(MailTransaction transaction, StagedMessage staged, MimeMessage mail, DateTimeOffset receivedAt) => new()
    {
        Id = transaction.Id,
        ReceivedAt = receivedAt,
        Envelope = transaction.ToEnvelope(),
        Size = staged.Length,
        Sha256 = staged.Sha256,
        ConfigVersion = transaction.Policy.Routing.ConfigVersion,
        Subject = mail.Subject is { Length: > SubjectLength } subject ? subject[..SubjectLength] : mail.Subject,
    };

    /// <summary>On LMTP every refused recipient hears it at once; elsewhere the one reply is 250, and the refusal goes on record.</summary>
    private IReadOnlyList<SpooledDelivery> Records(MailTransaction transaction, RoutePlan plan, DateTimeOffset receivedAt)
    {
        if (_peer.Mode == SmtpListenerMode.Lmtp || plan.Refusals.All(refusal => refusal is null))
            return plan.Deliveries;
        return [.. plan.Deliveries, .. _services.Router.RefusedAfterData(transaction.Id, transaction.Recipients, plan, receivedAt)];
    }

    private SmtpReply[] Answers(MailTransaction transaction, SmtpReply same)
    {
        var answers = new SmtpReply[_peer.Mode == SmtpListenerMode.Lmtp ? transaction.Recipients.Count : 1];
        Array.Fill(answers, same);
        return answers;
    }

    private SmtpReply[] Answers(MailTransaction transaction, RoutePlan plan)
    {
        var accepted = ReceptionReplies.Accepted(transaction.Id);
        var answers = Answers(transaction, accepted);
        if (_peer.Mode != SmtpListenerMode.Lmtp)
            return answers;
        for (var index = 0; index < answers.Length; index++)
        {
            if (plan.Refusals[index] is { } refusal)
                answers[index] = _services.Metrics.Refused("data", RefusalReply.Of(refusal));
        }
        return answers;
    }
}

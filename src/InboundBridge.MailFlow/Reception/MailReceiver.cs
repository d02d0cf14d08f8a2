using System.Buffers;
using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Inquiries;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Mime.Reading;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// One SMTP or LMTP session's way into the product. <see cref="DataAsync"/> is its table of contents: read, look, decide, keep, answer.
/// Keeps nothing that outlives the session; a mail is safe once <see cref="IMailKeeper.AcceptAsync"/> has returned, and only then gets its 250.
/// </summary>
public sealed class MailReceiver : ISmtpReceiver
{
    /// <summary>Octets that a trace field usually has at most.</summary>
    private const int TraceLength = 512;

    private readonly SmtpPeer _peer;
    private readonly ReceptionServices _services;
    private readonly MailIntake _intake;
    private MailTransaction? _transaction;
    private MailFacts? _facts;
    private ArrayBufferWriter<byte>? _trace;

    public MailReceiver(SmtpPeer peer, ReceptionServices services)
    {
        _peer = peer;
        _services = services;
        _intake = new MailIntake(services);
    }

    /// <summary>The id of the mail under way; null between mails.</summary>
    public string? TransactionId => _transaction?.Id;

    public ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken) => ValueTask.FromResult<SmtpReply?>(null);

    public ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken)
    {
        if (ReceptionReplies.Of(_services.Keeper.Condition) is { } notNow)
            return new ValueTask<SmtpReply>(notNow);
        var policy = _services.CurrentPolicy;
        if (_peer.Mode == SmtpListenerMode.Submission && !MaySendAs(mail.ReversePath, policy))
            return new ValueTask<SmtpReply>(ReceptionReplies.NotTheirAddress);
        _transaction = new MailTransaction(_services.Ids.Next(), mail, _peer, policy, _services.Clock.GetUtcNow());
        _facts = new MailFacts(_transaction, _services.Log.CheckFailed);
        return new ValueTask<SmtpReply>(ReceptionReplies.SenderOk);
    }

    public ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken)
    {
        var transaction = _transaction!;
        if (Locate(recipient.Recipient, transaction.Policy) is not { } address)
            return new ValueTask<SmtpReply>(ReceptionReplies.RelayDenied);
        var located = new RuleRecipient(address.ToString());
        if (transaction.Policy.Recipients is { } directory && IsOurs(address, transaction.Policy) && !transaction.Policy.Groups.ContainsKey(located.Address))
            return AskAsync(directory, transaction, recipient, located, cancellationToken);
        var judged = JudgeAsync(transaction, located, cancellationToken);
        return judged.IsCompletedSuccessfully
            ? new ValueTask<SmtpReply>(Settle(transaction, recipient, located, judged.Result))
            : SettleAsync(transaction, recipient, located, judged);
    }

    private async ValueTask<SmtpReply> AskAsync(
        RecipientDirectory directory, MailTransaction transaction, RcptCommand recipient, RuleRecipient located, CancellationToken cancellationToken)
    {
        if (ReceptionReplies.Of(await directory.AskAsync(located.Address, cancellationToken)) is { } nobody)
            return nobody;
        return Settle(transaction, recipient, located, await JudgeAsync(transaction, located, cancellationToken));
    }

    private ValueTask<RuleRefusal?> JudgeAsync(MailTransaction transaction, RuleRecipient located, CancellationToken cancellationToken) =>
        _services.Router.RefusalAsync(transaction.Policy.Routing, _facts!, located, RuleStage.Recipient, transaction.BeganAt, cancellationToken);

    private async ValueTask<SmtpReply> SettleAsync(MailTransaction transaction, RcptCommand recipient, RuleRecipient located, ValueTask<RuleRefusal?> judged) =>
        Settle(transaction, recipient, located, await judged);

    private SmtpReply Settle(MailTransaction transaction, RcptCommand recipient, RuleRecipient located, RuleRefusal? refusal)
    {
        if (refusal is not null)
        {
            ShadowOffer.Recipient(_services, transaction, located);
            return RefusalReply.Of(refusal);
        }
        transaction.Add(located, recipient);
        return ReceptionReplies.RecipientOk;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken)
    {
        var (transaction, facts) = (_transaction!, _facts!);
        var receivedAt = _services.Clock.GetUtcNow();
        await using var staged = _services.Keeper.Stage(transaction.Id, TraceField(transaction, receivedAt));
        if (await _intake.ReadAsync(transaction, facts, staged, body, cancellationToken) is { } refused)
            return refused;
        var content = staged.Content;
        var mail = ParsedMail.Open(content, transaction.Policy.Mime);
        if (MailLoopCheck.Refusal(mail, transaction.Recipients) is { } loop)
            return DataReplies.Same(transaction, loop);
        var size = staged.Length;
        facts.MailArrived(mail, content, size);
        RoutePlan plan;
        if (transaction.Policy.Routing.Rules.ReadsContent && ReadingWeight.Of(mail, size) is > 0 and var weight)
        {
            plan = await PlanInTurnAsync(transaction, facts, mail, weight, cancellationToken);
            // What the rules read of it is let go before the commit is waited for.
            mail = ParsedMail.Open(content, transaction.Policy.Mime);
            facts.MailArrived(mail, content, size);
        }
        else
        {
            plan = await PlanAsync(transaction, facts, cancellationToken);
        }
        var shadowed = ShadowOffer.Mail(_services, transaction, content, size);
        if (_peer.Mode != SmtpListenerMode.Lmtp && plan.Whole is { } whole)
        {
            Offer(shadowed);
            return DataReplies.Same(transaction, RefusalReply.Of(whole));
        }
        var records = Records(transaction, plan, receivedAt);
        if (records.Count > 0)
            await _services.Keeper.AcceptAsync(staged, transaction.Describe(mail, content, staged.Sha256, receivedAt), records, cancellationToken);
        Offer(shadowed);
        _services.Metrics.Received(_peer.Listener, content.Length);
        _services.Log.Received(transaction, content.Length, plan);
        for (var index = plan.Deliveries.Count; index < records.Count; index++)
            _services.Log.Refused(transaction, records[index]);
        return DataReplies.Of(transaction, ReceptionReplies.Accepted(transaction.Id), plan.Refusals);
    }

    private ValueTask<RoutePlan> PlanAsync(MailTransaction transaction, MailFacts facts, CancellationToken cancellationToken) =>
        _services.Router.PlanAsync(transaction.Policy.Routing, facts, transaction.Recipients, transaction.BeganAt, cancellationToken);

    /// <summary>For a mail that may take much memory where rules read it. Ordinary mail waits for nobody.</summary>
    private async ValueTask<RoutePlan> PlanInTurnAsync(
        MailTransaction transaction, MailFacts facts, MimeMessage mail, long weight, CancellationToken cancellationToken)
    {
        using var place = await _services.Gate.EnterAsync(weight, cancellationToken);
        try
        {
            return await PlanAsync(transaction, facts, cancellationToken);
        }
        finally
        {
            ReadingDebris.Shared.Count(ReadingWeight.LeftBehind(mail));
        }
    }

    public ValueTask<SmtpReply?> VerifyAsync(string argument, CancellationToken cancellationToken) =>
        RecipientInquiry.VerifyAsync(argument, _peer, _services.CurrentPolicy, cancellationToken);

    public ValueTask<SmtpReply?> ExpandAsync(string argument, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RecipientInquiry.Expand(argument, _peer, _services.CurrentPolicy));

    public async ValueTask<SmtpReply?> TurnQueueAsync(string argument, CancellationToken cancellationToken) =>
        _services.Turns is { } turns ? await turns.StartAsync(argument, _peer, _services.CurrentPolicy) : null;

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
            return WithDomain(recipient, policy);
        return IsOurs(recipient, policy) || _peer is { Mode: SmtpListenerMode.Submission, User: not null } ? recipient : null;
    }

    /// <summary>The recipient with our domain where it has none (<c>postmaster</c>, RFC 5321 §4.5.1).</summary>
    internal static SmtpAddress WithDomain(SmtpAddress recipient, ReceptionPolicy policy) =>
        recipient.Domain.Length > 0 ? recipient : recipient with { Domain = policy.Domains.First ?? policy.Hostname };

    private static bool IsOurs(SmtpAddress address, ReceptionPolicy policy) => policy.Domains.Contains(address.Domain);

    /// <summary>The null reverse-path is for bounces and auto-replies, which users' programs send too (RFC 6409 §6.1).</summary>
    private bool MaySendAs(SmtpAddress? sender, ReceptionPolicy policy) =>
        _peer.User is { } user && policy.SendAs.TryGetValue(user, out var allowed) && (sender is null || allowed.Contains(sender.ToString()));

    private void Offer(ShadowCase? shadowed)
    {
        if (shadowed is not null)
            _services.Shadow!.Offer(shadowed);
    }

    /// <summary>Valid until the next mail.</summary>
    private ReadOnlyMemory<byte> TraceField(MailTransaction transaction, DateTimeOffset receivedAt)
    {
        var field = _trace ??= new ArrayBufferWriter<byte>(TraceLength);
        field.ResetWrittenCount();
        ReceivedHeader.Write(
            field, transaction.Peer, transaction.Policy.Hostname, transaction.Id, transaction.OnlyRecipient, transaction.Mail.SmtpUtf8, receivedAt);
        return field.WrittenMemory;
    }

    /// <summary>
    /// On LMTP every refused recipient hears it at once; elsewhere the one reply is 250, and the refusal goes on record, even where all others are discarded.
    /// </summary>
    /// <returns>The plan's deliveries, and behind them the refusals.</returns>
    private IReadOnlyList<SpooledDelivery> Records(MailTransaction transaction, RoutePlan plan, DateTimeOffset receivedAt)
    {
        if (_peer.Mode == SmtpListenerMode.Lmtp || !plan.RefusesAny)
            return plan.Deliveries;
        return [.. plan.Deliveries, .. _services.Router.RefusedAfterData(transaction.Id, transaction.Recipients, plan, receivedAt)];
    }
}

using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Reception.Asking;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Reception.Inquiries;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Reception.Replies;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Tracing;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Limits;
using Prometheus;

namespace InboundBridge.MailFlow.Reception;

/// <summary>
/// Receives the messages of one SMTP or LMTP session. <see cref="DataAsync"/> is the table of contents of the product: read, look, decide,
/// keep, answer. It keeps no state beyond the session: a message is durable when <see cref="IMailKeeper.AcceptAsync"/> returns, and only
/// then gets 250.
/// </summary>
public sealed class MailReceiver : ISmtpReceiver
{
    /// <summary>Most Received fields have fewer octets.</summary>
    private const int TraceLength = 512;

    private readonly SmtpPeer _peer;
    private readonly ReceptionServices _services;
    private readonly MailIntake _intake;
    private readonly MailPlanner _planner;
    private readonly Counter.Child _received;
    private MailTransaction? _transaction;
    private MailFacts? _facts;
    private ArrayBufferWriter<byte>? _trace;
    private ClientCheck? _client;

    public MailReceiver(SmtpPeer peer, ReceptionServices services)
    {
        _peer = peer;
        _services = services;
        _intake = new MailIntake(services);
        _planner = new MailPlanner(services);
        _received = services.Metrics.ForListener(peer.Listener);
    }

    /// <summary>The id of the message under way; null between messages.</summary>
    public string? TransactionId => _transaction?.Id;

    /// <summary>Of the message under way.</summary>
    internal SenderCheck? SenderCheck => _transaction?.SenderCheck;

    /// <summary>Of the message under way.</summary>
    internal ScanAnswers? Scans => _transaction?.Scans;

    public ValueTask<SmtpReply?> ConnectAsync(CancellationToken cancellationToken)
    {
        CheckClient(_services.CurrentPolicy);
        return ValueTask.FromResult<SmtpReply?>(null);
    }

    public ValueTask<SmtpReply> MailAsync(MailCommand mail, CancellationToken cancellationToken)
    {
        if (ReceptionReplies.Of(_services.Keeper.Condition) is { } notNow)
            return new ValueTask<SmtpReply>(notNow);
        var policy = _services.CurrentPolicy;
        if (_peer.Mode == SmtpListenerMode.Submission && !MaySendAs(mail.ReversePath, policy))
            return new ValueTask<SmtpReply>(ReceptionReplies.NotTheirAddress);
        var id = _services.Ids.Next();
        _transaction = new MailTransaction(id, mail, _peer, policy, _services.Clock.GetUtcNow())
        {
            Trace = _services.IsTraced
                ? MailTrace.Begin(id, _peer.Listener, _peer.Mode == SmtpListenerMode.Lmtp ? "lmtp" : "smtp", _peer.ClientIp) : null,
            SenderCheck = CheckClient(policy)?.Begin(_peer.Helo ?? string.Empty, mail.ReversePath?.ToString() ?? string.Empty),
            Scans = policy.Scanners?.Begin(_services.Scans),
        };
        _facts = new MailFacts(_transaction, _services.Log.CheckFailed);
        return new ValueTask<SmtpReply>(ReceptionReplies.SenderOk);
    }

    public ValueTask<SmtpReply> RcptAsync(RcptCommand recipient, CancellationToken cancellationToken)
    {
        var transaction = _transaction!;
        if (Locate(recipient.Recipient, transaction.Policy) is not { } address)
            return new ValueTask<SmtpReply>(ReceptionReplies.RelayDenied);
        var enforced = SenderEnforcement.RecipientAsync(transaction, address, cancellationToken);
        if (!enforced.IsCompletedSuccessfully)
            return EnforceAsync(enforced, transaction, recipient, address, cancellationToken);
        return enforced.Result is { } refusal
            ? new ValueTask<SmtpReply>(refusal) : AdmitAsync(transaction, recipient, address, cancellationToken);
    }

    private async ValueTask<SmtpReply> EnforceAsync(
        ValueTask<SmtpReply?> enforced, MailTransaction transaction, RcptCommand recipient, SmtpAddress address,
        CancellationToken cancellationToken) =>
        await enforced ?? await AdmitAsync(transaction, recipient, address, cancellationToken);

    /// <summary>Asks whether the recipient exists, and whether the rules refuse it already.</summary>
    private ValueTask<SmtpReply> AdmitAsync(
        MailTransaction transaction, RcptCommand recipient, SmtpAddress address, CancellationToken cancellationToken)
    {
        var located = new RuleRecipient(address.ToString());
        if (transaction.Policy.Returned.Takes(address))
        {
            return new ValueTask<SmtpReply>(
                transaction.Policy.Returned.Refusal(address, transaction.BeganAt) ?? Settle(transaction, recipient, located, null));
        }
        if (transaction.Policy.Recipients is { } directory && IsOurs(address, transaction.Policy)
            && !transaction.Policy.Groups.ContainsKey(located.Address))
            return AskAsync(directory, transaction, recipient, located, cancellationToken);
        var judged = JudgeAsync(transaction, located, cancellationToken);
        return judged.IsCompletedSuccessfully && transaction.Policy.Greylist is null
            ? new ValueTask<SmtpReply>(Settle(transaction, recipient, located, judged.Result))
            : SettleAsync(transaction, recipient, located, judged, cancellationToken);
    }

    private async ValueTask<SmtpReply> AskAsync(
        RecipientDirectory directory, MailTransaction transaction, RcptCommand recipient, RuleRecipient located,
        CancellationToken cancellationToken)
    {
        if (ReceptionReplies.Of(await directory.AskAsync(located.Address, cancellationToken)) is { } nobody)
            return nobody;
        return await SettleAsync(
            transaction, recipient, located, JudgeAsync(transaction, located, cancellationToken), cancellationToken);
    }

    private ValueTask<RoutedRefusal?> JudgeAsync(MailTransaction transaction, RuleRecipient located, CancellationToken cancellationToken) =>
        MailRouter.RefusalAsync(
            transaction.Policy.Routing, _facts!, located, RuleStage.Recipient, transaction.BeganAt, cancellationToken);

    private async ValueTask<SmtpReply> SettleAsync(
        MailTransaction transaction, RcptCommand recipient, RuleRecipient located, ValueTask<RoutedRefusal?> judged,
        CancellationToken cancellationToken)
    {
        var refusal = await judged;
        if (refusal is null
            && await GreylistCheck.RecipientAsync(_services.Greylist, transaction, recipient, located, cancellationToken) is { } wait)
            return wait;
        return Settle(transaction, recipient, located, refusal);
    }

    private SmtpReply Settle(MailTransaction transaction, RcptCommand recipient, RuleRecipient located, RoutedRefusal? refusal)
    {
        if (refusal is not null)
        {
            _services.Router.Count(transaction.Policy.Routing, _facts!, refusal, transaction.BeganAt);
            ShadowOffer.Recipient(_services, transaction, located);
            return RefusalReply.Of(transaction, refusal);
        }
        transaction.Add(located, recipient);
        return ReceptionReplies.RecipientOk;
    }

    public ValueTask<IReadOnlyList<SmtpReply>> DataAsync(SmtpBody body, CancellationToken cancellationToken) =>
        _transaction!.Trace is { } trace ? TracedAsync(trace, body, cancellationToken) : TakeAsync(body, cancellationToken);

    private async ValueTask<IReadOnlyList<SmtpReply>> TracedAsync(MailTrace trace, SmtpBody body, CancellationToken cancellationToken)
    {
        using (trace)
        {
            var replies = await TakeAsync(body, cancellationToken);
            trace.Answered(replies[0].Code);
            return replies;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IReadOnlyList<SmtpReply>> TakeAsync(SmtpBody body, CancellationToken cancellationToken)
    {
        var (transaction, facts) = (_transaction!, _facts!);
        var receivedAt = _services.Clock.GetUtcNow();
        try
        {
            await using var staged = _services.Keeper.Stage(transaction.Id, TraceField(transaction, receivedAt));
            using (transaction.Trace?.Begin("mail data"))
            {
                if (await _intake.ReadAsync(transaction, facts, staged, body, cancellationToken) is { } refused)
                    return refused;
            }
            var content = staged.Content;
            facts.MailArrived(ParsedMail.Open(content, transaction.Policy.Mime), content, staged.Length);
            if (MailLoopCheck.Refusal(facts.Mail, transaction.Recipients) is { } loop)
                return DataReplies.Same(transaction, loop);
            SenderHeaders.Tell(transaction.SenderCheck, facts.Mail);
            if (await SenderEnforcement.MessageAsync(transaction, cancellationToken) is { } forged)
                return DataReplies.Same(transaction, forged);
            var plan = await PlanAsync(transaction, facts, content, cancellationToken);
            if (WholeRefusal(plan) is null
                && await PayloadScan.RunAsync(transaction, plan, content, _services.Log.CheckFailed, cancellationToken) is { } unscanned)
                return DataReplies.Same(transaction, unscanned);
            var shadowed = ShadowOffer.Mail(_services, transaction, content, staged.Length);
            var records = Records(transaction, plan, receivedAt);
            if (records.Count > 0)
            {
                if (transaction.SenderCheck is { } sender)
                    await sender.ConcludeAsync(cancellationToken);
                _peer.ClientName ??= _client?.Name;
                var message = transaction.Describe(facts.Mail, content, staged.Sha256, receivedAt);
                using var keeping = transaction.Trace?.Begin("mail keep");
                if (_services.Keeper.Asks is { } asks && asks.Wants(plan.Deliveries))
                    (plan, records) = await AskFirstAsync(asks, transaction, staged, message, plan, cancellationToken);
                else
                    await _services.Keeper.AcceptAsync(staged, DataReplies.Noted(transaction, message, plan), records, cancellationToken);
            }
            return Answer(transaction, plan, records, shadowed, content.Length);
        }
        catch (SpoolUnavailableException fault)
        {
            return DataReplies.Same(transaction, ReceptionReplies.Of(fault));
        }
    }

    private async ValueTask<RoutePlan> PlanAsync(
        MailTransaction transaction, MailFacts facts, MailContent content, CancellationToken cancellationToken)
    {
        using var deciding = transaction.Trace?.Begin("mail rules");
        return SenderEnforcement.Quarantine(transaction, await _planner.PlanAsync(transaction, facts, content, cancellationToken));
    }

    /// <summary>Asks the destinations that want it, and keeps what they leave of the plan.</summary>
    private async ValueTask<(RoutePlan Plan, IReadOnlyList<SpooledDelivery> Records)> AskFirstAsync(
        MailAsks asks, MailTransaction transaction, StagedMessage staged, SpooledMessage message, RoutePlan plan,
        CancellationToken cancellationToken)
    {
        using var answers = await asks.AskAsync(staged, message, plan.Deliveries, cancellationToken);
        var left = AskedPlan.Of(transaction.Recipients, plan, answers);
        var records = Records(transaction, left, message.ReceivedAt);
        await asks.KeepAsync(staged, DataReplies.Noted(transaction, message, left), records, answers, cancellationToken);
        return (left, records);
    }

    public ValueTask<SmtpReply?> VerifyAsync(string argument, CancellationToken cancellationToken) =>
        RecipientInquiry.VerifyAsync(argument, _peer, _services.CurrentPolicy, cancellationToken);

    public ValueTask<SmtpReply?> ExpandAsync(string argument, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RecipientInquiry.Expand(argument, _peer, _services.CurrentPolicy));

    public async ValueTask<SmtpReply?> TurnQueueAsync(string argument, CancellationToken cancellationToken) =>
        _services.Turns is { } turns ? await turns.StartAsync(argument, _peer, _services.CurrentPolicy) : null;

    public async ValueTask<SmtpTurnAnswer?> TurnConnectionAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken) =>
        _services.ConnectionTurns is { } turns
            ? await turns.StartAsync(domains, _peer, _services.CurrentPolicy, cancellationToken) : null;

    /// <summary>Of the session, which refuses some recipients without asking.</summary>
    public void Refused(SmtpRefusal refusal) => _transaction?.Refusals.Add(refusal);

    public void Reset()
    {
        _transaction?.SenderCheck?.Dispose();
        _transaction?.Trace?.Dispose();
        _transaction = null;
        _facts = null;
    }

    public ValueTask DisposeAsync()
    {
        Reset();
        _client?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// The recipient with its domain if we may accept it, otherwise null, because we would be an open relay (RFC 2505). Our users may send
    /// to any domain (RFC 6409), and the rules decide where that mail goes.
    /// </summary>
    private SmtpAddress? Locate(SmtpAddress recipient, ReceptionPolicy policy)
    {
        if (recipient.Domain.Length == 0)
            return WithDomain(recipient, policy);
        return IsOurs(recipient, policy) || policy.Returned.Takes(recipient) || policy.Returned.IsPostmaster(recipient)
            || _peer is { Mode: SmtpListenerMode.Submission, User: not null } ? recipient : null;
    }

    /// <summary>The recipient with our domain if it has none (<c>postmaster</c>, RFC 5321 §4.5.1).</summary>
    internal static SmtpAddress WithDomain(SmtpAddress recipient, ReceptionPolicy policy) =>
        recipient.Domain.Length > 0 ? recipient : recipient with { Domain = policy.Domains.First ?? policy.Hostname };

    /// <summary>
    /// The checks of the client, begun when it connects and again when a reload has replaced them. Null where they are not asked: with
    /// trusted networks, our users, and listeners that strangers don't use.
    /// </summary>
    private ClientCheck? CheckClient(ReceptionPolicy policy)
    {
        if (policy.Senders is not { } checks || _peer is not { Mode: SmtpListenerMode.Mx, Trusted: false, User: null }
            || _peer is { ClientIp: null, IsAddressUnknown: false })
            return null;
        if (_client?.Checks == checks)
            return _client;
        _client?.Dispose();
        return _client = checks.Connect(
            _peer.ClientIp, _services.SenderChecks, SmtpConnectionLimiter.Key(_peer.ClientIp ?? IPAddress.IPv6Any), ToldName());
    }

    /// <summary>
    /// What a proxy told about the client's name, as the verdict that a look-up would have. Postfix's <c>[UNAVAILABLE]</c> stands for a
    /// name that is missing or not confirmed.
    /// </summary>
    private IprevVerdict? ToldName() => _peer.NameReport switch
    {
        SmtpNameReport.NotTold => null,
        SmtpNameReport.Verified => new IprevVerdict(CheckResult.Pass, _peer.ClientName),
        SmtpNameReport.None => new IprevVerdict(CheckResult.PermError),
        SmtpNameReport.NotNow => new IprevVerdict(CheckResult.TempError),
        _ => throw new InvalidOperationException($"{_peer.NameReport} is not a report about a name"),
    };

    private static bool IsOurs(SmtpAddress address, ReceptionPolicy policy) => policy.Domains.Contains(address.Domain);

    /// <summary>
    /// Every user may send with the null reverse-path, because users' programs send bounces and automatic replies too (RFC 6409 §6.1).
    /// </summary>
    private bool MaySendAs(SmtpAddress? sender, ReceptionPolicy policy) =>
        _peer.User is { } user && policy.SendAs.TryGetValue(user, out var allowed)
            && (sender is null || allowed.Contains(sender.ToString()));

    /// <summary>The Received field; valid until the next message.</summary>
    private ReadOnlyMemory<byte> TraceField(MailTransaction transaction, DateTimeOffset receivedAt)
    {
        _peer.ClientName ??= _client?.Name;
        var field = _trace ??= new ArrayBufferWriter<byte>(TraceLength);
        field.ResetWrittenCount();
        ReceivedHeader.Write(
            field, transaction.Peer, transaction.Policy.Hostname, transaction.Id, transaction.OnlyRecipient, transaction.Mail.SmtpUtf8,
            receivedAt);
        return field.WrittenMemory;
    }

    /// <summary>
    /// The plan's deliveries, and after them a record for each refused recipient. On LMTP each recipient gets its own reply, so refusals
    /// are not recorded. On SMTP the only reply is 250, so they are, even if all other recipients are discarded. A message that is refused
    /// for all recipients leaves no record.
    /// </summary>
    private IReadOnlyList<SpooledDelivery> Records(MailTransaction transaction, RoutePlan plan, DateTimeOffset receivedAt)
    {
        if (WholeRefusal(plan) is not null)
            return [];
        if (_peer.Mode == SmtpListenerMode.Lmtp || !plan.RefusesAny)
            return plan.Deliveries;
        return [.. plan.Deliveries, .. _services.Router.RefusedAfterData(transaction.Id, transaction.Recipients, plan, receivedAt)];
    }

    /// <summary>Reports the outcome, which is durable by now, and returns the replies to the client.</summary>
    private SmtpReply[] Answer(
        MailTransaction transaction, RoutePlan plan, IReadOnlyList<SpooledDelivery> records, ShadowCase? shadowed, long size)
    {
        if (shadowed is not null)
            _services.Shadow!.Offer(shadowed);
        if (WholeRefusal(plan) is { } whole)
            return DataReplies.Same(transaction, RefusalReply.Of(transaction, whole));
        if (!plan.RefusesAll)
        {
            _services.Metrics.Received(_received, size);
            _services.Log.Received(transaction, size, plan);
        }
        for (var index = plan.Deliveries.Count; index < records.Count; index++)
            _services.Log.Refused(transaction, records[index]);
        return DataReplies.Of(transaction, ReceptionReplies.Accepted(transaction.Id), plan.Refusals);
    }

    /// <summary>The one refusal for all recipients, on SMTP; null when the message is accepted for some, and on LMTP.</summary>
    private RoutedRefusal? WholeRefusal(RoutePlan plan) => _peer.Mode == SmtpListenerMode.Lmtp ? null : plan.Whole;
}

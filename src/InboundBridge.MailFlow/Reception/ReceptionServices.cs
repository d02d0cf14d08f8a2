using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Reception.Inquiries;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.Greylisting;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Reception;

/// <summary>What all receivers share. A reload replaces the policy as a whole.</summary>
public sealed class ReceptionServices(
    IMailKeeper keeper, MailRouter router, MessageIdSource ids, TimeProvider clock, ReceptionMetrics metrics, ReceptionLog log,
    ReceptionPolicy policy)
{
    private ReceptionPolicy _policy = policy;

    public ReceptionServices(
        IMailSpool spool, MailQueue queue, MailRouter router, MessageIdSource ids, TimeProvider clock, ReceptionMetrics metrics,
        ReceptionLog log, ReceptionPolicy policy)
        : this(new QueuedMail(spool, queue), router, ids, clock, metrics, log, policy)
    {
        Turns = new QueueTurn(queue, clock);
        ConnectionTurns = new ConnectionTurn(queue);
    }

    public IMailKeeper Keeper { get; } = keeper;

    public MailRouter Router { get; } = router;

    public MessageIdSource Ids { get; } = ids;

    public TimeProvider Clock { get; } = clock;

    public ReceptionMetrics Metrics { get; } = metrics;

    public ReceptionLog Log { get; } = log;

    /// <summary>Live mail may be traced; trials are not.</summary>
    public bool IsTraced { get; init; }

    /// <summary>Null when there is no queue, so that ETRN is not implemented.</summary>
    internal QueueTurn? Turns { get; }

    /// <summary>Null when there is no queue, so that ATRN is not implemented.</summary>
    internal ConnectionTurn? ConnectionTurns { get; }

    /// <summary>Null when there are no shadow rules.</summary>
    public ShadowComparison? Shadow { get; init; }

    /// <summary>
    /// Limits how many heavy messages are read at the same time. Deliveries use the same gate, because they use the same memory.
    /// </summary>
    internal ReadingGate Gate { get; set; } = ReadingGate.Shared;

    /// <summary>Counts and logs what the checks of the sender's side say; null for trials.</summary>
    public SenderCheckObserver? SenderChecks { get; init; }

    /// <summary>Counts and logs scans; null for trials.</summary>
    public ScanObserver? Scans { get; init; }

    /// <summary>Remembers strangers; null for trials, where nobody comes back.</summary>
    public Greylist? Greylist { get; init; }

    /// <summary>What other nodes have heard of recipients; null where there are none.</summary>
    public SharedAnswers? Answers
    {
        get;
        init
        {
            field = value;
            Share(_policy);
        }
    }

    public ReceptionPolicy CurrentPolicy
    {
        get => Volatile.Read(ref _policy);
        set
        {
            Share(value);
            Volatile.Write(ref _policy, value);
        }
    }

    private void Share(ReceptionPolicy policy)
    {
        if (policy.Recipients is { } recipients)
            recipients.Shared = Answers;
    }
}

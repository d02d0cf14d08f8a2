using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool;

namespace InboundBridge.MailFlow.Reception;

/// <summary>What all receivers share. The policy is swapped whole on reload.</summary>
public sealed class ReceptionServices(
    IMailSpool spool, MailQueue queue, MailRouter router, MessageIdSource ids, TimeProvider clock, ReceptionMetrics metrics, ReceptionLog log, ReceptionPolicy policy)
{
    private ReceptionPolicy _policy = policy;

    public IMailSpool Spool { get; } = spool;

    public MailQueue Queue { get; } = queue;

    public MailRouter Router { get; } = router;

    public MessageIdSource Ids { get; } = ids;

    public TimeProvider Clock { get; } = clock;

    public ReceptionMetrics Metrics { get; } = metrics;

    public ReceptionLog Log { get; } = log;

    internal QueueTurn Turns { get; } = new(queue, clock);

    public ReceptionPolicy CurrentPolicy
    {
        get => Volatile.Read(ref _policy);
        set => Volatile.Write(ref _policy, value);
    }
}

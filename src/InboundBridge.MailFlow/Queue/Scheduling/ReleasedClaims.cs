using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Claims that the queue gave up and that the spool has to be told of: at the latest before the next claim, so that nothing is passed over.
/// </summary>
internal sealed class ReleasedClaims(string owner)
{
    private readonly Lock _gate = new();
    private List<DeliveryClaim> _claims = [];

    public void Add(string deliveryId, long fence)
    {
        lock (_gate)
            _claims.Add(new DeliveryClaim(deliveryId, owner, fence));
    }

    /// <summary>Puts back claims that the spool could not be told of.</summary>
    public void AddRange(IReadOnlyList<DeliveryClaim> claims)
    {
        lock (_gate)
            _claims.AddRange(claims);
    }

    public IReadOnlyList<DeliveryClaim> Take()
    {
        lock (_gate)
        {
            if (_claims.Count == 0)
                return [];
            var taken = _claims;
            _claims = [];
            return taken;
        }
    }
}

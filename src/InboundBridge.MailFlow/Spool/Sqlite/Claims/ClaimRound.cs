using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Sqlite.Claims;

/// <summary>One request for claims, from the moment before it reads the database until it has claimed.</summary>
/// <param name="step">Changes after this step may be missing in what it reads.</param>
internal sealed class ClaimRound(ClaimTable table, ClaimRequest request, long step, DateTimeOffset now) : IDisposable
{
    private readonly List<SpooledDelivery> _deliveries = [];
    private readonly List<SpooledMessage> _messages = [];
    private DateTimeOffset? _next;

    public ClaimRequest Request => request;

    public long Step => step;

    public DateTimeOffset Now => now;

    /// <summary>True when another owner keeps the order of this destination.</summary>
    public bool IsTaken
    {
        get
        {
            if (!request.KeepsOrder || table.OthersUntil(this) is not { } until)
                return false;
            Ask(until);
            return true;
        }
    }

    /// <summary>Starts reading again, after a fault.</summary>
    public void Restart()
    {
        _deliveries.Clear();
        _messages.Clear();
        _next = null;
    }

    /// <summary>Whether a row is worth reading in full.</summary>
    public ClaimStep See(string deliveryId, DateTimeOffset dueAt)
    {
        if (!table.IsFree(deliveryId, this, out var freeAt))
        {
            if (freeAt is { } free)
                Ask(free > dueAt ? free : dueAt);
            return ClaimStep.Skip;
        }
        if (_deliveries.Count < request.Limit && (request.KeepsOrder || dueAt < request.DueBefore))
            return ClaimStep.Read;
        Ask(dueAt);
        return ClaimStep.Stop;
    }

    public void Add(SpooledDelivery delivery, SpooledMessage message)
    {
        _deliveries.Add(delivery);
        _messages.Add(message);
    }

    /// <summary>Claims what was added, as far as it is still free.</summary>
    public ClaimResult Take()
    {
        var fences = table.Take(_deliveries, this);
        var claimed = new List<ClaimedDelivery>(fences.Length);
        for (var index = 0; index < fences.Length; index++)
        {
            if (fences[index] != 0)
                claimed.Add(new ClaimedDelivery(_deliveries[index], _messages[index], fences[index]));
            else
                Ask(_deliveries[index].NextAttemptAt);
        }
        return new ClaimResult(claimed, _next);
    }

    public void Dispose() => table.End();

    private void Ask(DateTimeOffset at) => _next = at < _next ? at : _next ?? at;
}

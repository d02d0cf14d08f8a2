namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Divides the workers: half of them are shared out evenly and each destination has its share for itself, so that one that hangs never delays another; the
/// other half goes to whoever comes first. Guarded by the scheduler's lock.
/// </summary>
internal sealed class WorkerShares(int workers, int destinations)
{
    private readonly int _share = Math.Max(1, workers / 2 / Math.Max(1, destinations));
    private int _common = Math.Max(0, workers - (Math.Max(1, workers / 2 / Math.Max(1, destinations)) * destinations));

    public bool HasRoom(DestinationQueue destination) => destination.Active < _share || _common > 0;

    /// <summary>Before the attempt is counted.</summary>
    public void Take(DestinationQueue destination)
    {
        if (destination.Active >= _share)
            _common--;
    }

    /// <summary>While the attempt is still counted.</summary>
    public void GiveBack(DestinationQueue destination)
    {
        if (destination.Active > _share)
            _common++;
    }

    public void Recount(IEnumerable<DestinationQueue> all) => _common -= all.Sum(destination => Math.Max(0, destination.Active - _share));
}

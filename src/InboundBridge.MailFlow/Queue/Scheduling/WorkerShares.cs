namespace InboundBridge.MailFlow.Queue.Scheduling;

/// <summary>
/// Divides the workers. Half of them are divided evenly, and each destination has its share to itself, so that a destination that hangs
/// never delays another. The other half goes to whichever destination asks first. Guarded by the scheduler's lock.
/// </summary>
internal sealed class WorkerShares(int workers, int destinations)
{
    private readonly int _share = Math.Max(1, workers / 2 / Math.Max(1, destinations));
    private int _common = Math.Max(0, workers - (Math.Max(1, workers / 2 / Math.Max(1, destinations)) * destinations));

    public bool HasRoom(DestinationQueue destination) => destination.Active < _share || _common > 0;

    /// <summary>Takes a worker. Called before <see cref="DestinationQueue.Active"/> counts the attempt.</summary>
    public void Take(DestinationQueue destination)
    {
        if (destination.Active >= _share)
            _common--;
    }

    /// <summary>Gives a worker back. Called while <see cref="DestinationQueue.Active"/> still counts the attempt.</summary>
    public void GiveBack(DestinationQueue destination)
    {
        if (destination.Active > _share)
            _common++;
    }

    /// <summary>Takes the workers of attempts that are under way.</summary>
    public void Recount(IEnumerable<DestinationQueue> all) =>
        _common -= all.Where(destination => !destination.Options.OnDemand).Sum(destination => Math.Max(0, destination.Active - _share));
}

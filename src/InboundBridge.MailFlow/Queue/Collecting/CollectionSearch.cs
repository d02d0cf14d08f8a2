using InboundBridge.MailFlow.Queue.Scheduling;

namespace InboundBridge.MailFlow.Queue.Collecting;

/// <summary>How far a collection has looked through the destinations. It sees each delivery at most once, so none is tried twice.</summary>
internal sealed class CollectionSearch(IReadOnlyList<DestinationQueue> destinations, Predicate<string> collects)
{
    private int _index;

    public Predicate<string> Collects => collects;

    /// <summary>Where to look now; null at the end.</summary>
    public DestinationQueue? Destination => _index < destinations.Count ? destinations[_index] : null;

    /// <summary>After which delivery of <see cref="Destination"/>; null for the first.</summary>
    public string? After { get; private set; }

    /// <summary>A destination could not be looked at, so there may be mail although none was found.</summary>
    public bool IsHindered { get; private set; }

    /// <param name="seen">Null: the destination has no others.</param>
    public void Saw(string? seen)
    {
        After = seen;
        if (seen is null)
            _index++;
    }

    public void PassBy()
    {
        IsHindered = true;
        Saw(null);
    }
}

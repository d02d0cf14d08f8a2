using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Searching;

/// <summary>
/// Looks through rows of deliveries for what a delivery repeats: one with the same id, or with that id, a dot and more. The same octets may
/// come any number of times, so the number of rows is bounded.
/// </summary>
internal sealed class RepeatLook(string id)
{
    /// <summary>The rows of one statement that are looked at. 500 of them take about a millisecond.</summary>
    public const int RowsExamined = 500;

    private int _examined;

    /// <summary>The state of one that is open; null: none was found.</summary>
    public DeliveryState? Open { get; private set; }

    /// <summary>The state of the one that has exactly this id and is not open; null: none was found.</summary>
    public DeliveryState? Same { get; private set; }

    /// <summary>False: there were more rows than may be looked at.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <returns>False: no further row is needed.</returns>
    public bool Take(string found, DeliveryState state)
    {
        if (_examined++ == RowsExamined)
        {
            IsWhole = false;
            return false;
        }
        if (!found.StartsWith(id, StringComparison.Ordinal) || (found.Length > id.Length && found[id.Length] != '.'))
            return true;
        if (DeliveryTransitions.IsOpen(state))
        {
            Open = state;
            return false;
        }
        if (found.Length == id.Length)
            Same = state;
        return true;
    }
}

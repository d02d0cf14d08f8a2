using System.Globalization;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Refusals;

/// <summary>Lists what clients were refused lately.</summary>
internal sealed class RefusalOperations(RefusalJournal journal)
{
    /// <param name="cursor">The <see cref="RefusalPage.Next"/> of the page before; null for the newest.</param>
    public RefusalPage List(Principal who, RefusalFilter filter, long? cursor, int limit)
    {
        who.Demand(Operation.ListRefusals);
        var found = journal.List(filter.ToPredicate(), cursor ?? long.MaxValue, limit + 1);
        return new RefusalPage([.. found.Take(limit)], found.Count > limit ? found[limit - 1].Number : null);
    }

    /// <summary>False: the text is no cursor of this list.</summary>
    public static bool TryReadCursor(string? text, out long? cursor)
    {
        cursor = null;
        if (text is null)
            return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        cursor = number;
        return true;
    }
}

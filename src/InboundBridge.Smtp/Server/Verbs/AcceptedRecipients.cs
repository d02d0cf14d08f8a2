using System.Globalization;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>
/// Counts the accepted recipients of the open transaction, and keeps the first ones, so that the log can name them when their message is
/// refused. Most transactions have one, which costs nothing.
/// </summary>
internal struct AcceptedRecipients
{
    /// <summary>Recipients that are kept; a transaction may have a thousand.</summary>
    private const int MostKept = 20;

    private SmtpAddress? _first;
    private List<SmtpAddress>? _others;

    public int Count { get; private set; }

    public void Add(SmtpAddress recipient)
    {
        if (Count++ == 0)
            _first = recipient;
        else if (Count <= MostKept)
            (_others ??= []).Add(recipient);
    }

    public void Clear()
    {
        (Count, _first) = (0, null);
        _others?.Clear();
    }

    /// <summary>The recipient at a place in their order; null where it was not kept.</summary>
    public readonly string? At(int index) =>
        index == 0 ? _first?.ToString() : _others is { } others && index <= others.Count ? others[index - 1].ToString() : null;

    /// <summary>Separated by commas; those beyond the kept ones as a number.</summary>
    public override readonly string ToString()
    {
        var text = string.Join(',', Enumerable.Range(0, Math.Min(Count, MostKept)).Select(At));
        return Count <= MostKept ? text : string.Create(CultureInfo.InvariantCulture, $"{text} and {Count - MostKept} more");
    }
}

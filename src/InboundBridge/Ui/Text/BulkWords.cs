using InboundBridge.Operations.Deliveries;

namespace InboundBridge.Ui.Text;

/// <summary>What pages say about deliveries that a change leaves alone.</summary>
internal static class BulkWords
{
    /// <summary>Reasons that are told; there is one for each destination that is no longer configured.</summary>
    private const int Most = 10;

    /// <summary>As in <c>3 are delivered</c>, the most common first.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<BulkRest> rest)
    {
        var lines = rest.Take(Most).Select(each => $"{NumberText.Count(each.Count)} {each.Why}").ToList();
        if (rest.Count > Most)
            lines.Add($"{NumberText.Count(rest.Skip(Most).Sum(each => each.Count))} for other reasons");
        return lines;
    }
}

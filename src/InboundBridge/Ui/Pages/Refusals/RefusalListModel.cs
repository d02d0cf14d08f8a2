using InboundBridge.Operations.Refusals;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Refusals;

/// <param name="Problem">What is wrong with the filter; null where it is fine.</param>
public sealed record RefusalListModel(RefusalFilterText Filter, IReadOnlyList<Refusal> Items, string? Problem, PagerModel Pager);

/// <summary>The filter of the list as somebody wrote it.</summary>
public sealed record RefusalFilterText(
    string? Client, string? Sender, string? Recipient, string? Reason, string? Text, string? Since, string? Before)
{
    public const string Path = "/ui/messages/refused";

    public bool IsEmpty => this == new RefusalFilterText(null, null, null, null, null, null, null);

    /// <summary>The address of a page of the list with this filter.</summary>
    public string Address(string? cursor, string? way) => QueryText.Of(
        Path, ("client", Client), ("sender", Sender), ("recipient", Recipient), ("reason", Reason), ("text", Text), ("since", Since),
        ("before", Before), (PageTrail.CursorName, cursor), (PageTrail.WayName, way));
}

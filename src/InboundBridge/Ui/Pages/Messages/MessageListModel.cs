using InboundBridge.Operations.Messages;
using InboundBridge.Ui.Routing;

namespace InboundBridge.Ui.Pages.Messages;

/// <summary>A page of the list of messages.</summary>
/// <param name="Problem">Why the filter can't be used; null when it can.</param>
/// <param name="Searched">Everything newer was looked at; null where the page is whole.</param>
public sealed record MessageListModel(
    MessageFilterText Filter, IReadOnlyList<MessageSummary> Items, string? Problem, PagerModel Pager, DateTimeOffset? Searched)
{
    /// <summary>Where the script asks how many came since; null where it counts events itself, since every one is shown.</summary>
    /// <param name="now">When the page was made.</param>
    public string? CountAddress(DateTimeOffset now) =>
        Filter.IsEmpty ? null : Filter.CountAddress(Pager.Newer is null && Items is [var newest, ..] ? newest.Message.Id : null, now);
}

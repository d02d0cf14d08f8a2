using InboundBridge.Operations.Messages;

namespace InboundBridge.Ui.Pages.Messages;

/// <summary>A page of the list of messages.</summary>
/// <param name="Problem">Why the filter can't be used; null when it can.</param>
/// <param name="Older">The address of the next page; null at the end.</param>
public sealed record MessageListModel(
    MessageFilterText Filter, IReadOnlyList<MessageSummary> Items, string? Problem, string Newest, string? Older, bool IsFirst);

using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Messages;

/// <summary>The filter of the list as somebody wrote it.</summary>
public sealed record MessageFilterText(
    string? Sender, string? Recipient, string? Subject, string? Tag, string? Rule, string? State, string? Since, string? Before)
{
    /// <summary>The names in the query, which are the API's.</summary>
    public static readonly string[] Names = ["sender", "recipient", "subject", "tag", "rule", "state", "since", "before"];

    public bool IsEmpty => this == new MessageFilterText(null, null, null, null, null, null, null, null);

    /// <summary>The address of a page of the list with this filter.</summary>
    public string Address(string? cursor, string? way) => QueryText.Of(
        "/ui/messages", ("sender", Sender), ("recipient", Recipient), ("subject", Subject), ("tag", Tag), ("rule", Rule), ("state", State),
        ("since", Since), ("before", Before), (PageTrail.CursorName, cursor), (PageTrail.WayName, way));
}

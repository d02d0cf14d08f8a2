using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Messages;

/// <summary>The filter of the list as somebody wrote it.</summary>
public sealed record MessageFilterText(
    string? Sender, string? Recipient, string? Subject, string? Tag, string? State, string? Since, string? Before)
{
    /// <summary>The names in the query, which are the API's.</summary>
    public static readonly string[] Names = ["sender", "recipient", "subject", "tag", "state", "since", "before"];

    public bool IsEmpty => this == new MessageFilterText(null, null, null, null, null, null, null);

    /// <summary>The address of the list with this filter.</summary>
    public string Address(string? cursor) => QueryText.Of(
        "/ui/messages", ("sender", Sender), ("recipient", Recipient), ("subject", Subject), ("tag", Tag), ("state", State),
        ("since", Since), ("before", Before), ("cursor", cursor));
}

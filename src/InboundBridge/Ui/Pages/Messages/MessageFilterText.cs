using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Messages;

/// <summary>The filter of the list as somebody wrote it.</summary>
public sealed record MessageFilterText(
    string? Sender, string? Recipient, string? Subject, string? Tag, string? Rule, string? State, string? Since, string? Before)
{
    /// <summary>The names in the query, which are the API's.</summary>
    public static readonly string[] Names = ["sender", "recipient", "subject", "tag", "rule", "state", "since", "before"];

    public const string AfterName = "after";
    public const string FromName = "from";

    public bool IsEmpty => this == new MessageFilterText(null, null, null, null, null, null, null, null);

    /// <summary>The address of a page of the list with this filter.</summary>
    public string Address(string? cursor, string? way) =>
        QueryText.Of("/ui/messages", [.. Values, (PageTrail.CursorName, cursor), (PageTrail.WayName, way)]);

    /// <summary>The address that counts what came since, of what the filter shows.</summary>
    /// <param name="after">The id of the newest message of the page; null for none.</param>
    /// <param name="now">When the page was made.</param>
    public string CountAddress(string? after, DateTimeOffset now) =>
        QueryText.Of("/ui/messages/new", [.. Values, (AfterName, after), (FromName, AgoText.Machine(now))]);

    private (string Name, string? Value)[] Values =>
    [
        ("sender", Sender), ("recipient", Recipient), ("subject", Subject), ("tag", Tag), ("rule", Rule), ("state", State),
        ("since", Since), ("before", Before),
    ];
}

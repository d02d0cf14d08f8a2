using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Deliveries;

/// <summary>A page of the list of deliveries.</summary>
/// <param name="Known">The destinations that a filter may name.</param>
/// <param name="Total">How many deliveries the filter selects.</param>
/// <param name="Searched">Everything newer was looked at; null where the page is whole.</param>
public sealed record DeliveryListModel(
    DeliveryFilterText Filter, IReadOnlyList<SpooledDelivery> Items, IReadOnlyList<string> Known, long Total, string? Problem,
    PagerModel Pager, DateTimeOffset? Searched)
{
    /// <summary>Names of the changes that can do something to deliveries of the filter.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>How the destinations are, where a delivery of the page waits for one.</summary>
    public IReadOnlyList<DestinationStatus> Destinations { get; init; } = [];
}

/// <summary>The filter of the list as the address holds it.</summary>
/// <param name="Message">The id of a message.</param>
public sealed record DeliveryFilterText(string? State, string? Destination, string? Message)
{
    public bool IsEmpty => this == new DeliveryFilterText(null, null, null);

    /// <summary>The address of the first page with this filter.</summary>
    public string First => Address(null, null);

    /// <summary>With their names, which are the API's.</summary>
    public (string Name, string? Value)[] Values => [("state", State), ("destination", Destination), ("message", Message)];

    /// <summary>The same for a form.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields =>
        [.. Values.Select(each => KeyValuePair.Create(each.Name, each.Value ?? string.Empty))];

    public string Address(string? cursor, string? way) =>
        QueryText.Of("/ui/deliveries", [.. Values, (PageTrail.CursorName, cursor), (PageTrail.WayName, way)]);

    /// <summary>As in <c>dead deliveries of hook</c>.</summary>
    public string Words => WordsOf("deliveries");

    /// <summary>As in <c>1 dead delivery of hook</c>.</summary>
    public string Counted(long count) => $"{NumberText.Count(count)} {WordsOf(count == 1 ? "delivery" : "deliveries")}";

    private string WordsOf(string noun) =>
        (State is null ? noun : $"{State} {noun}") + (Destination is null ? string.Empty : $" of {Destination}")
        + (Message is null ? string.Empty : $" of message {Message}");
}

/// <summary>A change to all deliveries of a filter, before it is made.</summary>
/// <param name="Action"><c>retry</c>, <c>cancel</c> or <c>release</c>.</param>
/// <param name="Count">Deliveries that it changes.</param>
public sealed record BulkModel(string Action, DeliveryFilterText Filter, long Count, IReadOnlyList<string> Configured)
{
    /// <summary>For a release: how many it changes when a destination is named.</summary>
    public long Named { get; init; }

    /// <summary>It may change fewer.</summary>
    public bool IsMost { get; init; }

    /// <summary>How many others of the filter are left alone, each with its reason.</summary>
    public IReadOnlyList<string> Rest { get; init; } = [];
}

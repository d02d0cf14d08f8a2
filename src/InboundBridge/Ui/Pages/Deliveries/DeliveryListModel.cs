using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Deliveries;

/// <summary>A page of the list of deliveries.</summary>
/// <param name="Known">The destinations that a filter may name.</param>
/// <param name="Configured">Those that a held delivery can be released to.</param>
/// <param name="Total">How many deliveries the filter selects.</param>
public sealed record DeliveryListModel(
    DeliveryFilterText Filter, IReadOnlyList<SpooledDelivery> Items, IReadOnlyList<string> Known, IReadOnlyList<string> Configured,
    long Total, string? Problem, string? Older, bool IsFirst);

/// <summary>The filter of the list as the address holds it.</summary>
public sealed record DeliveryFilterText(string? State, string? Destination)
{
    public bool IsEmpty => State is null && Destination is null;

    public string Address(string? cursor) =>
        QueryText.Of("/ui/deliveries", ("state", State), ("destination", Destination), ("cursor", cursor));

    /// <summary>As in <c>dead deliveries of hook</c>.</summary>
    public string Words =>
        (State is null ? "deliveries" : $"{State} deliveries") + (Destination is null ? string.Empty : $" of {Destination}");
}

/// <summary>A change to all deliveries of a filter, before it is made.</summary>
/// <param name="Action"><c>retry</c>, <c>cancel</c> or <c>release</c>.</param>
/// <param name="Count">Deliveries that it changes.</param>
public sealed record BulkModel(string Action, DeliveryFilterText Filter, long Count, IReadOnlyList<string> Configured);

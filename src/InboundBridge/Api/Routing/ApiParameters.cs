namespace InboundBridge.Api.Routing;

/// <summary>Parameters that several routes share.</summary>
internal static class ApiParameters
{
    public static readonly ApiParameter MessageId = InPath("id", "A message's id.");
    public static readonly ApiParameter DeliveryId = InPath("id", "A delivery's id.");
    public static readonly ApiParameter DestinationName = InPath("name", "A destination's name.");

    public static readonly ApiParameter State = new("state", ApiParameterKind.State, "The state of a delivery.");
    public static readonly ApiParameter Destination = new("destination", ApiParameterKind.Text, "The name of a destination.");
    public static readonly ApiParameter Message = new("message", ApiParameterKind.Text, "The id of a message.");
    public static readonly ApiParameter Recipients =
        new("to", ApiParameterKind.Texts, "A recipient; may be repeated.") { IsRequired = true };

    /// <summary>Of a list.</summary>
    public static readonly ApiParameter[] Page =
    [
        new("limit", ApiParameterKind.Limit, "Items of a page."),
        new("cursor", ApiParameterKind.Text, "The 'next' of the previous page."),
    ];

    /// <summary>The filter of a list of messages.</summary>
    public static readonly ApiParameter[] Messages =
    [
        new("sender", ApiParameterKind.Text, "Part of the envelope's sender."),
        new("recipient", ApiParameterKind.Text, "Part of a recipient."),
        new("subject", ApiParameterKind.Text, "Part of the subject."),
        new("tag", ApiParameterKind.Text, "A whole tag."),
        new("rule", ApiParameterKind.Text, "The whole name of the rule that made one of its deliveries."),
        State,
        new("since", ApiParameterKind.Text, "Received at or after: an instant (RFC 3339), or an age, such as 7d."),
        new("before", ApiParameterKind.Text, "Received before: an instant (RFC 3339), or an age."),
    ];

    /// <summary>The filter of deliveries.</summary>
    public static readonly ApiParameter[] Deliveries = [State, Destination, Message];

    /// <summary>Of a link that needs no token.</summary>
    public static readonly ApiParameter[] Link =
    [
        new("expires", ApiParameterKind.Text, "Of a signed link."),
        new("signature", ApiParameterKind.Text, "Of a signed link."),
    ];

    public static ApiParameter InPath(string name, string description) =>
        new(name, ApiParameterKind.Path, description) { IsRequired = true };
}

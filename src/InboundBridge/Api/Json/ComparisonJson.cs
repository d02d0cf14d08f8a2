using System.ComponentModel;
using InboundBridge.Operations.Replaying;

namespace InboundBridge.Api.Json;

internal sealed record ComparisonJson(
    int Examined,
    [property: Description("Messages whose octets are no longer kept.")] int Gone,
    IEnumerable<RouteChangeJson> Items,
    string? Next)
{
    public static ComparisonJson Of(ComparisonOutcome.Compared found) =>
        new(found.Examined, found.Gone, found.Changes.Select(RouteChangeJson.Of), found.Next);
}

internal sealed record RouteChangeJson(MessageJson Message, string Recipient, RouteJson Before, RouteJson After)
{
    public static RouteChangeJson Of(RouteChange change) =>
        new(MessageJson.Of(change.Message), change.Recipient, RouteJson.Of(change.Before), RouteJson.Of(change.After));
}

internal sealed record RouteJson(string? Rule, IReadOnlyList<string> To)
{
    public static RouteJson Of(RouteText route) => new(route.Rule, route.To);
}

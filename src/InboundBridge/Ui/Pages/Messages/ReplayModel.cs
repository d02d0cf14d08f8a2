namespace InboundBridge.Ui.Pages.Messages;

/// <summary>What a replay would send, or the choice of what to send.</summary>
/// <param name="Ids">The messages.</param>
/// <param name="Mode"><c>first</c> (where each went the first time), <c>rules</c> or <c>to</c>.</param>
/// <param name="To">The destination, for <c>to</c>.</param>
/// <param name="Destinations">Those that mail can be sent to.</param>
/// <param name="Plans">Null before the dry run.</param>
public sealed record ReplayModel(
    IReadOnlyList<string> Ids, string Mode, string? To, IReadOnlyList<string> Destinations, IReadOnlyList<ReplayPlanText>? Plans)
{
    /// <summary>Deliveries that the replay would make.</summary>
    public int Count => Plans?.Sum(plan => plan.Deliveries.Count) ?? 0;
}

/// <param name="Deliveries">Each in words.</param>
/// <param name="Problem">Why nothing is sent; null where something is.</param>
public sealed record ReplayPlanText(
    string Id, string Subject, IReadOnlyList<string> Deliveries, IReadOnlyList<string> Refusals, string? Problem);

namespace InboundBridge.Operations.Principals;

/// <summary>
/// An operation on a running appliance, and the role that it needs. This list is the only place where roles are
/// decided: each method of this layer demands its operation before it does anything, and the HTTP API and the UI
/// consult the same list before they read a request or show a button.
/// </summary>
/// <param name="Name">For a change: the <c>action</c> in its audit line.</param>
internal sealed record Operation(string Name, Role Needs)
{
    public static readonly Operation OpenMail = new("open_mail", Role.Link);

    public static readonly Operation ListMessages = new("list_messages", Role.Read);
    public static readonly Operation ShowMessage = new("show_message", Role.Read);
    public static readonly Operation TraceMessage = new("trace_message", Role.Read);
    public static readonly Operation ListRefusals = new("list_refusals", Role.Read);
    public static readonly Operation ListDeliveries = new("list_deliveries", Role.Read);
    public static readonly Operation ShowDelivery = new("show_delivery", Role.Read);
    public static readonly Operation ListDestinations = new("list_destinations", Role.Read);
    public static readonly Operation ListNodes = new("list_nodes", Role.Read);
    public static readonly Operation ListRules = new("list_rules", Role.Read);
    public static readonly Operation ShowShadow = new("show_shadow", Role.Read);
    public static readonly Operation ShowStatistics = new("show_statistics", Role.Read);
    public static readonly Operation ReadMetrics = new("read_metrics", Role.Read);
    public static readonly Operation FollowEvents = new("follow_events", Role.Read);
    public static readonly Operation Explain = new("explain", Role.Read);

    public static readonly Operation Submit = new("submit", Role.Admin);
    public static readonly Operation Delete = new("delete", Role.Admin);
    public static readonly Operation Replay = new("replay", Role.Admin);

    /// <summary>Changes nothing, but runs rules and scripts that the caller sends, so it needs an administrator.</summary>
    public static readonly Operation CompareRules = new("compare_rules", Role.Admin);

    public static readonly Operation Retry = new("retry", Role.Admin);
    public static readonly Operation Cancel = new("cancel", Role.Admin);
    public static readonly Operation Release = new("release", Role.Admin);
    public static readonly Operation Pause = new("pause", Role.Admin);
    public static readonly Operation Resume = new("resume", Role.Admin);
    public static readonly Operation Test = new("test", Role.Admin);

    /// <summary>Unlike <see cref="Test"/> it sends something, so it is audited.</summary>
    public static readonly Operation TestEvent = new("test_event", Role.Admin);

    public static readonly Operation Reload = new("reload", Role.Admin);

    public static Operation Of(DeliveryAction action) => action switch
    {
        DeliveryAction.Retry => Retry,
        DeliveryAction.Cancel => Cancel,
        DeliveryAction.Release => Release,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };
}

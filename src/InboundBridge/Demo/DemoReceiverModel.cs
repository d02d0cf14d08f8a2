namespace InboundBridge.Demo;

/// <param name="Calls">The newest first.</param>
/// <param name="Ui">The address of the appliance's web UI.</param>
/// <param name="Style">The address of the style sheet.</param>
public sealed record DemoReceiverModel(IReadOnlyList<DemoCall> Calls, string Ui, string Style, string Icon, DateTimeOffset Now);

namespace InboundBridge.Ui.Layout;

/// <summary>A page elsewhere that every page leads to.</summary>
/// <param name="Address">With scheme and host.</param>
public sealed record UiLink(string Name, string Address);

namespace InboundBridge.Ui.Layout;

/// <summary>What went wrong, and what to do.</summary>
public sealed record TroubleModel(string Title, string Detail, string Href, string Link);

namespace InboundBridge.Ui.Routing;

/// <summary>The addresses of the pages around a page of a list.</summary>
/// <param name="Newer">Null on the newest page.</param>
/// <param name="Older">Null at the end.</param>
public sealed record PagerModel(string Newest, string? Newer, string? Older);

namespace InboundBridge.Ui.Routing;

/// <summary>An address that a form or a link names for later. Only our own pages are allowed, or a link could lead anywhere.</summary>
internal static class LocalAddress
{
    private const int Longest = 2000;

    /// <summary>The address if it is one of our pages; null for any other text.</summary>
    public static string? Of(string? address) =>
        address is { Length: > 0 and <= Longest }
        && (address == "/ui" || address.StartsWith("/ui/", StringComparison.Ordinal)
            || address.StartsWith("/ui?", StringComparison.Ordinal))
        && !address.Contains("..", StringComparison.Ordinal)
        && address.All(letter => letter is > ' ' and < '\x7f' and not '\\')
            ? address : null;
}

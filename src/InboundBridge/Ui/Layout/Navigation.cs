namespace InboundBridge.Ui.Layout;

/// <summary>The pages that every page leads to.</summary>
internal static class Navigation
{
    public static readonly IReadOnlyList<(string Name, string Address)> Entries =
    [
        ("Overview", "/ui"),
        ("Messages", "/ui/messages"),
        ("Deliveries", "/ui/deliveries"),
        ("Destinations", "/ui/destinations"),
        ("Rules", "/ui/rules"),
        ("Playground", "/ui/playground"),
        ("Configuration", "/ui/configuration"),
        ("Log", "/ui/log"),
    ];

    public static bool IsCurrent((string Name, string Address) entry, string path) =>
        entry.Address == "/ui" ? path.TrimEnd('/') == "/ui" : path.StartsWith(entry.Address, StringComparison.Ordinal);
}

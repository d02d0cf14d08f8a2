using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;

namespace InboundBridge.Setup.Reloading;

/// <summary>The keys that take effect only at a start, since they are bound or opened once. A reload applies every other key.</summary>
internal static class RestartKeys
{
    private static readonly (string Key, Func<ApplianceOptions, string> Value)[] Keys =
    [
        ("smtp.listeners", options => string.Join('\n', options.Smtp.Listeners.Select(Text))),
        ("tls.acme.listen", options => options.Tls.Acme is { } acme ? EndPointText.Format(acme.ListenOn) : string.Empty),
        ("tls.acme.challenge", options => options.Tls.Acme?.Challenge.ToString() ?? string.Empty),
        ("spool.path", options => options.Spool.Path),
        ("spool.postgres", options => options.Postgres?.Reveal() ?? string.Empty),
        ("telemetry", options => options.Telemetry?.ToString() ?? string.Empty),
        ("http.listen", options => EndPointText.Format(options.Http.Listen)),
        ("http.public_listen", options => options.Http.PublicListen is { } address ? EndPointText.Format(address) : string.Empty),
    ];

    public static IReadOnlyList<string> All => [.. Keys.Select(key => key.Key)];

    /// <param name="started">The options of the start, not of the last reload: a change needs a restart until one happens.</param>
    public static IReadOnlyList<string> Changed(ApplianceOptions started, ApplianceOptions now) =>
        [.. Keys.Where(key => key.Value(started) != key.Value(now)).Select(key => key.Key)];

    /// <summary>A record's own text does not contain the items of its lists.</summary>
    private static string Text(ListenerOptions listener) =>
        $"{listener with { ProxyProtocol = [] }} {string.Join(' ', listener.ProxyProtocol)}";
}

using InboundBridge.Fuzz.Smtp;

namespace InboundBridge.Fuzz;

/// <summary>Every target; a new one is registered here.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new CommandLineTarget(),
        new DataTarget(),
        new ProxyHeaderTarget(),
        new AuthenticationTarget(),
        new SessionTarget(),
    ];
}

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The systems that can be measured, by name. Names that begin with "inboundbridge" stand for every given build.</summary>
internal static class SystemCatalog
{
    public const string Anchor = "smtp-sink";

    public static readonly IReadOnlyList<string> Default = [Anchor, ApplianceBuild.DefaultName];

    public static readonly IReadOnlyList<string> All =
    [
        Anchor,
        ApplianceBuild.DefaultName,
        HarakaSystem.SingleName,
        HarakaSystem.ClusterName,
        PostfixSystem.PipeName,
        PostfixSystem.RelayName,
        ApplianceBuild.DefaultRelayName,
    ];

    /// <summary>The same where senders are checked.</summary>
    public static readonly IReadOnlyList<string> WithChecks = [.. All, ApplianceBuild.DefaultUncheckedName];

    /// <summary>Starts the systems one after the other; after a failure it ends those that are running.</summary>
    public static async Task<IReadOnlyList<IMeasuredSystem>> StartAsync(LoadOptions load, CancellationToken cancellation)
    {
        var started = new List<IMeasuredSystem>();
        try
        {
            foreach (var name in load.Systems)
            {
                if (name is ApplianceBuild.DefaultName or ApplianceBuild.DefaultRelayName or ApplianceBuild.DefaultUncheckedName)
                {
                    foreach (var build in load.Appliances)
                        started.Add(await StartAsync(build, name, load, cancellation));
                }
                else
                {
                    started.Add(await StartAsync(name, load, cancellation));
                }
            }

            return started;
        }
        catch
        {
            await StopAsync(started);
            throw;
        }
    }

    /// <summary>Ends all of them, even if ending one fails.</summary>
    public static async Task StopAsync(IEnumerable<IMeasuredSystem> systems) =>
        await Task.WhenAll(systems.Select(system => system.DisposeAsync().AsTask()));

    private static Task<DeliveringSystem> StartAsync(
        ApplianceBuild build, string name, LoadOptions load, CancellationToken cancellation) => name switch
        {
            ApplianceBuild.DefaultRelayName =>
                InboundBridgeSystem.StartAsync(build, build.RelayName, relays: true, load.Sender is not null, load, cancellation),
            ApplianceBuild.DefaultUncheckedName =>
                InboundBridgeSystem.StartAsync(build, build.UncheckedName, relays: false, checksSender: false, load, cancellation),
            _ => InboundBridgeSystem.StartAsync(build, build.Name, relays: false, load.Sender is not null, load, cancellation),
        };

    private static async Task<IMeasuredSystem> StartAsync(string name, LoadOptions load, CancellationToken cancellation) => name switch
    {
        Anchor => await SmtpSinkSystem.StartAsync(load, cancellation),
        HarakaSystem.SingleName => await HarakaSystem.StartAsync(name, 0, load, cancellation),
        HarakaSystem.ClusterName => await HarakaSystem.StartAsync(name, Environment.ProcessorCount, load, cancellation),
        PostfixSystem.RelayName => await PostfixSystem.StartRelayAsync(load, cancellation),
        PostfixSystem.PipeName => await PostfixSystem.StartPipeAsync(load, cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}

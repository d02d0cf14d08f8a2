namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The systems that can be measured, by name. "inboundbridge" and "inboundbridge-relay" stand for every given build.</summary>
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

    /// <summary>Starts the systems one after the other; after a failure it ends those that are running.</summary>
    public static async Task<IReadOnlyList<IMeasuredSystem>> StartAsync(LoadOptions load, CancellationToken cancellation)
    {
        var started = new List<IMeasuredSystem>();
        try
        {
            foreach (var name in load.Systems)
            {
                if (name is ApplianceBuild.DefaultName or ApplianceBuild.DefaultRelayName)
                {
                    foreach (var build in load.Appliances)
                        started.Add(
                            await InboundBridgeSystem.StartAsync(build, name == ApplianceBuild.DefaultRelayName, load, cancellation));
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

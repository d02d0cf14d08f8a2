namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>What can be measured, by name. "inboundbridge" stands for every build that is given.</summary>
internal static class SystemCatalog
{
    public const string Anchor = "smtp-sink";

    public static readonly IReadOnlyList<string> Default = [Anchor, ApplianceBuild.DefaultName];

    public static readonly IReadOnlyList<string> All =
        [Anchor, ApplianceBuild.DefaultName, HarakaSystem.SingleName, HarakaSystem.ClusterName, PostfixSystem.RelayName, PostfixSystem.PipeName];

    /// <summary>Starts them one after the other; on failure ends those that had started.</summary>
    public static async Task<IReadOnlyList<IMeasuredSystem>> StartAsync(LoadOptions load, CancellationToken cancellation)
    {
        var started = new List<IMeasuredSystem>();
        try
        {
            foreach (var name in load.Systems)
            {
                if (name == ApplianceBuild.DefaultName)
                {
                    foreach (var build in load.Appliances)
                        started.Add(await InboundBridgeSystem.StartAsync(build, load, cancellation));
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

    public static async Task StopAsync(IEnumerable<IMeasuredSystem> systems)
    {
        foreach (var system in systems)
            await system.DisposeAsync();
    }

    private static async Task<IMeasuredSystem> StartAsync(string name, LoadOptions load, CancellationToken cancellation) => name switch
    {
        Anchor => await SmtpSinkSystem.StartAsync(load, cancellation),
        HarakaSystem.SingleName => await HarakaSystem.StartAsync(name, 0, load, cancellation),
        HarakaSystem.ClusterName => await HarakaSystem.StartAsync(name, Environment.ProcessorCount, load, cancellation),
        PostfixSystem.RelayName => await PostfixSystem.StartRelayAsync(load, cancellation),
        PostfixSystem.PipeName => await PostfixSystem.StartPipeAsync(load, cancellation),
        _ => throw new ArgumentException($"there is no system {name}; there are {string.Join(", ", All)}"),
    };
}

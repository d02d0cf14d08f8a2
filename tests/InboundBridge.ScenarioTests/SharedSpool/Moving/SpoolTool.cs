using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool.Moving;

/// <summary>Runs <c>inboundbridge spool …</c> with the configuration of an appliance that need not run.</summary>
internal sealed class SpoolTool(PeerFolder folder, string configuration, string name)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly string _file = folder.Write($"{name}-tool.yaml", configuration
        .Replace(Appliance.SmtpAddress, "127.0.0.1:0", StringComparison.Ordinal)
        .Replace(Appliance.HttpAddress, "127.0.0.1:0", StringComparison.Ordinal));

    public async Task<PeerResult> RunAsync(params string[] arguments) =>
        (await Appliance.RunAsync(["spool", .. arguments, "--config", _file], folder.Path)).Succeeded(string.Join(' ', arguments));

    /// <summary>Kills the command at a moment of its work, unless it ends before.</summary>
    /// <returns>Whether it was killed.</returns>
    public async Task<bool> KillAsync(TimeSpan after, params string[] arguments)
    {
        await using var process = Start(arguments);
        await Task.Delay(after, TimeProvider.System, TestContext.Current.CancellationToken);
        if (process.HasExited)
        {
            Assert.True(await process.ExitAsync() == 0, process.Log);
            return false;
        }
        await process.KillAsync();
        return true;
    }

    /// <summary>Runs the command, and measures the most memory that it has in use.</summary>
    public async Task<long> MeasureAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        var most = 0L;
        while (!process.HasExited)
        {
            try
            {
                most = Math.Max(most, process.Memory("VmHWM"));
            }
            catch (Exception ended) when (ended is IOException or InvalidOperationException)
            {
                // It ends at this moment: its figures are gone.
                break;
            }
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        Assert.True(await process.ExitAsync() == 0, process.Log);
        return most;
    }

    private PeerProcess Start(string[] arguments) =>
        PeerProcess.Start("spool", "dotnet", [Appliance.Dll, "spool", .. arguments, "--config", _file], folder.Path);
}

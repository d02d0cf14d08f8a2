using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>One node, whose database is reached over a network that may stall, and has its tables on a small disk.</summary>
public sealed class FaultyDatabase : IAsyncDisposable
{
    private const int DiskMegabytes = 96;

    private readonly PeerFolder _folder = new();

    internal Postgres Postgres { get; private set; } = null!;

    internal TcpRelay Network { get; private set; } = null!;

    internal Appliance Node { get; private set; } = null!;

    internal WebhookTally Tally { get; private set; } = null!;

    /// <summary>Null where the machine does not let a test mount one.</summary>
    internal SmallDisk? Disk { get; private set; }

    /// <summary>Starts everything at the first call: a fixture could not skip a test.</summary>
    internal async Task StartAsync()
    {
        if (Node is not null)
            return;
        Postgres ??= await Postgres.StartAtPortAsync();
        Disk ??= await SmallDisk.MountAsync(_folder, DiskMegabytes);
        if (Disk is not null)
        {
            await Postgres.ReadAsync($"CREATE TABLESPACE small LOCATION '{Disk.Path}'");
            await Postgres.ReadAsync("ALTER DATABASE postgres SET default_tablespace = small");
        }
        Network ??= new TcpRelay(Postgres.Port);
        Tally ??= await WebhookTally.StartAsync();
        var database = $"Host=127.0.0.1;Port={Network.Port};Username=postgres;Database=postgres";
        Node = await Appliance.StartAsync(
            _folder, SharedSpool.Node.Configuration(_folder, database, Tally.Destination("node"), "node"), "node");
    }

    public async ValueTask DisposeAsync()
    {
        if (Node is not null)
            await Node.DisposeAsync();
        if (Network is not null)
            await Network.DisposeAsync();
        if (Tally is not null)
            await Tally.DisposeAsync();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
        if (Disk is not null)
            await Disk.DisposeAsync();
        _folder.Dispose();
    }
}

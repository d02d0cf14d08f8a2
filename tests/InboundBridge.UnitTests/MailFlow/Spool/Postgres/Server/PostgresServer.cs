using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;

/// <summary>
/// A private PostgreSQL in a folder of its own, reached by a unix socket there (tests/testdata/postgres/server.sh). It ends with this
/// process, however that ends: a shell holds the other end of a pipe, and stops the server and removes the folder when the pipe closes.
/// </summary>
internal sealed partial class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartAsync);

    private readonly Process _shell;

    private PostgresServer(Process shell, string folder) => (_shell, Folder) = (shell, folder);

    /// <summary>One server for all tests that leave it as it is. Skips the test where PostgreSQL is missing and may be.</summary>
    public static Task<PostgresServer> Shared => SharedServer.Value;

    public string Folder { get; }

    /// <summary>
    /// Connects as the owner of everything. The time-outs of the product are for senders who wait; a busy machine may need longer to
    /// connect.
    /// </summary>
    public string ConnectionText => $"Host={Folder};Username=postgres;Database=postgres;{Patient}";

    /// <summary>Time-outs of a connection that no test should see.</summary>
    public const string Patient = "Timeout=300;Command Timeout=300";

    public static async Task<PostgresServer> StartAsync()
    {
        var programs = FindPrograms();
        var disk = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = $"{disk}/ib-pg-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        // The server refuses to run as root.
        string[] account = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] : [];
        var script = Path.Combine(RepositoryFiles.Root, "tests/testdata/postgres/server.sh");
        // Tests have no use for autovacuum, which would take processor time from them.
        string[] command = [.. account, "sh", script, folder, programs, "-c", "autovacuum=off"];
        var shell = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        }) ?? throw new InvalidOperationException("no shell");
        var server = new PostgresServer(shell, folder);
        await server.AwaitAsync("ready");
        return server;
    }

    /// <summary>Ends the server at once; clients see broken connections.</summary>
    public Task EndAsync() => OrderAsync("end", "ended");

    /// <summary>Kills the server, which will recover from its log at the next start.</summary>
    public Task KillAsync() => OrderAsync("kill", "ended");

    public Task StartAgainAsync() => OrderAsync("start", "ready");

    public async Task<object?> RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionText + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private async Task OrderAsync(string order, string answer)
    {
        await _shell.StandardInput.WriteLineAsync(order);
        await _shell.StandardInput.FlushAsync();
        await AwaitAsync(answer);
    }

    private async Task AwaitAsync(string answer)
    {
        var said = new List<string>();
        while (await _shell.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == answer)
                return;
            said.Add(line);
        }
        throw new InvalidOperationException("PostgreSQL did not start:\n" + string.Join('\n', said));
    }

    /// <summary>The folder of the newest version; Debian has one folder for each.</summary>
    private static string FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var found = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).Where(folder => File.Exists($"{folder}/bin/initdb"))
                .OrderBy(folder => int.TryParse(VersionFolder().Match(folder).Value, out var version) ? version : 0).LastOrDefault()
            : null;
        if (found is not null)
            return found + "/bin";
        const string Missing = "PostgreSQL is missing (Debian package postgresql); run ./test once (as root), which installs it";
        if (Environment.GetEnvironmentVariable("INBOUNDBRIDGE_PEERS_REQUIRED") == "1")
            throw new InvalidOperationException(Missing);
        Assert.Skip(Missing);
        return string.Empty;
    }

    [GeneratedRegex(@"\d+$")]
    private static partial Regex VersionFolder();
}

using System.Diagnostics;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.ScenarioTests.Peers;
using Npgsql;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>
/// A private PostgreSQL of Debian (tests/testdata/postgres/server.sh) that syncs its commits. It ends with this process, however that ends.
/// </summary>
internal sealed class SharedDatabase : IAsyncDisposable
{
    /// <summary>Room for the data of a run, and no checkpoint in the middle of it: they would hit one side of a comparison alone.</summary>
    private static readonly string[] Settings =
    [
        "fsync=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=8GB", "min_wal_size=4GB", "checkpoint_timeout=15min",
    ];

    private readonly Process _shell;
    private readonly string _folder;
    private NpgsqlDataSource? _source;

    private SharedDatabase(Process shell, string folder) => (_shell, _folder) = (shell, folder);

    /// <summary>User and system time of the server and all its processes so far.</summary>
    public TimeSpan Cpu => ProcessTree.Cpu(_shell.Id);

    /// <summary>A pool of the harness itself.</summary>
    public NpgsqlDataSource Source => _source ??= NpgsqlDataSource.Create($"{ConnectionText};Maximum Pool Size=50");

    private string ConnectionText => $"Host={_folder};Username=postgres;Database=postgres";

    public static async Task<SharedDatabase> StartAsync(SharedSpoolOptions options, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("PostgreSQL runs under the account postgres, so this has to run as root");
        var initdb = Directory.GetFiles("/usr/lib/postgresql", "initdb", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        // The account postgres makes the server's folder.
        File.SetUnixFileMode(options.Folder, (UnixFileMode)0b111_111_111);
        var folder = Path.Combine(options.Folder, "postgres");
        var start = new ProcessStartInfo("setpriv")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        string[] command =
        [
            "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "sh",
            Path.Combine(Checkout.Root, "tests/testdata/postgres/server.sh"), folder, Path.GetDirectoryName(initdb)!,
            .. Settings.Concat(options.Settings).SelectMany(setting => new[] { "-c", setting }),
        ];
        Array.ForEach(command, start.ArgumentList.Add);
        if (options.SyncMilliseconds > 0)
        {
            start.Environment["LD_PRELOAD"] = await SlowSync.CompileAsync(options.Folder, cancellation);
            start.Environment["SYNC_MILLISECONDS"] = $"{options.SyncMilliseconds}";
        }
        var shell = Process.Start(start) ?? throw new InvalidOperationException("setpriv did not start");
        while (await shell.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (line == "ready")
                return new SharedDatabase(shell, folder);
            await Console.Error.WriteLineAsync(line);
        }
        throw new InvalidOperationException($"PostgreSQL did not start in {folder}; the account postgres must be able to reach it");
    }

    /// <summary>What a node of a spool connects with. Each spool has a schema of its own.</summary>
    public async Task<string> CreateSpoolAsync(string schema)
    {
        await RunAsync($"CREATE SCHEMA {schema}");
        return $"{ConnectionText};Search Path={schema}";
    }

    public async Task<object?> RunAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        command.CommandTimeout = 120;
        return await command.ExecuteScalarAsync();
    }

    /// <summary>
    /// Writes dirty pages now, and keeps the files of the log for the next run, as in a database that has run for a day. A new file would
    /// be filled with zeros and synced at first, and every commit would wait for that.
    /// </summary>
    public Task RecycleLogAsync() => RunAsync("CHECKPOINT");

    /// <summary>The median time of a commit that nothing else disturbs.</summary>
    public async Task<TimeSpan> MeasureCommitAsync()
    {
        const int Commits = 41;
        await RunAsync("CREATE TABLE IF NOT EXISTS single_commits(at timestamptz)");
        var times = new List<TimeSpan>();
        for (var number = 0; number < Commits; number++)
        {
            var started = Stopwatch.GetTimestamp();
            await RunAsync("INSERT INTO single_commits VALUES(now())");
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        times.Sort();
        return times[Commits / 2];
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}

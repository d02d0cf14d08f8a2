using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>A node that starts without its database refuses mail for now, and is open as soon as the database is.</summary>
public sealed class WaitingForDatabaseTests : IAsyncLifetime
{
    private const int Waiting = 2033;
    private const int StillClosed = 2038;
    private const int SlowStart = 2039;

    /// <summary>As a node takes it that changes the tables.</summary>
    private const string Lock =
        "SELECT pg_advisory_xact_lock(hashtextextended(('inboundbridge ' || current_schema()) COLLATE \"C\", 0))";

    private readonly CaptureLog _log = new();
    private readonly SpoolFolder _folder = new();
    private PostgresServer _server = null!;
    private byte[]? _key;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
        Assert.DoesNotContain(_log.All, line => line.Text.Contains("hunter5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_is_away_is_waited_for_and_the_spool_opens_by_itself()
    {
        await _server.EndAsync();
        await using var spool = Assert.IsType<WaitingSpool>(await OpenAsync(TimeProvider.System));
        Assert.Equal((SpoolCondition.Failing, PostgresMailSpool.Lease), (spool.Condition, spool.ClaimLifetime));
        Assert.Equal("its database can't be used", spool.Obstacle);
        Assert.Throws<SpoolUnavailableException>(() => spool.Stage("m1"));
        Assert.Null(_key);
        await _server.StartAgainAsync();
        await spool.Opened.WaitAsync(Stop);
        Assert.Equal((SpoolCondition.Ready, null), (spool.Condition, spool.Obstacle));
        Assert.Equal(32, _key!.Length);
        await SampleMail.CommitAsync(spool, "m1", [1], DateTimeOffset.UnixEpoch, "hook");
        Assert.Equal(1, _log.Count(Waiting));
    }

    [Fact]
    public async Task A_node_that_stops_before_its_database_is_there_ends()
    {
        await _server.EndAsync();
        var spool = Assert.IsType<WaitingSpool>(await OpenAsync(TimeProvider.System));
        await spool.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => spool.Opened);
    }

    [Fact]
    public async Task Where_another_node_holds_the_lock_of_the_tables_the_start_goes_on_without_them()
    {
        var clock = new WatchedTimeProvider();
        await using var source = NpgsqlDataSource.Create(_server.ConnectionText);
        await using var other = await source.OpenConnectionAsync(Stop);
        await using var held = await other.BeginTransactionAsync(Stop);
        await using (var command = new NpgsqlCommand(Lock, other))
            await command.ExecuteNonQueryAsync(Stop);
        var opening = OpenAsync(clock);
        await clock.TimerSetAsync(TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(2));
        await using var spool = Assert.IsType<WaitingSpool>(await opening);
        Assert.Equal(SpoolCondition.Failing, spool.Condition);
        Assert.Contains("another node changes its tables", spool.Obstacle, StringComparison.Ordinal);
        Assert.Equal(1, _log.Count(SlowStart));
        await held.RollbackAsync(Stop);
        await spool.Opened.WaitAsync(Stop);
        Assert.Equal(SpoolCondition.Ready, spool.Condition);
    }

    [Fact]
    public async Task What_waiting_can_not_end_refuses_the_start_and_is_logged_once_where_it_shows_later()
    {
        await Assert.ThrowsAsync<SpoolRefusedException>(() => OpenAsync(TimeProvider.System, "missing"));
        await _server.EndAsync();
        var clock = new FakeTimeProvider(FakeTime.Start);
        await using var spool = Assert.IsType<WaitingSpool>(await OpenAsync(clock, "missing"));
        await _server.StartAgainAsync();
        while (_log.Count(StillClosed) == 0)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await _server.RunAsync("CREATE DATABASE missing");
        while (!spool.IsOpen)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(1, _log.Count(StillClosed));
    }

    private Task<IMailSpool> OpenAsync(TimeProvider clock, string database = "postgres") => WaitingSpool.OpenSharedAsync(
        new SpoolOptions { Path = _folder.Path, MinimumFree = 0 },
        PostgresSettings.Read(
            $"Host={_server.Folder};Username=postgres;Password=hunter5;Database={database};Maximum Pool Size=4;{PostgresServer.Patient}"),
        clock, _log, new MetricRegistry(), key => _key = key, Stop);
}

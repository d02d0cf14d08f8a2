using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>A database that goes away, turns read-only, hangs, and loses its connections. Nothing is lost.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private readonly CaptureLog _log = new();
    private readonly SpoolFolder _folder = new();
    private PostgresServer _server = null!;
    private PostgresMailSpool _spool = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _spool = await PostgresSpoolStart.OpenAsync(
            new SpoolOptions { Path = _folder.Path, MinimumFree = 0 },
            PostgresSettings.Read(_server.ConnectionText + ";Password=hunter5"),
            new PostgresInternals { Company = TimeSpan.Zero, Patience = PostgresStore.Patience },
            TimeProvider.System, _log, None);
    }

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
        Assert.DoesNotContain(_log.All, line => line.Text.Contains("hunter5", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_that_ends_refuses_mail_for_now_and_comes_back_with_all_of_it(bool isKilled)
    {
        await AddAsync("before");
        await (isKilled ? _server.KillAsync() : _server.EndAsync());
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => AddAsync("during"));
        Assert.Equal(SpoolCondition.Failing, _spool.Condition);
        await Assert.ThrowsAsync<SpoolUnavailableException>(async () => await _spool.FindMessageAsync("before", None));
        await _server.StartAgainAsync();
        await ReadyAsync();
        await AddAsync("after");
        Assert.Equal([1], await SampleMail.ReadAsync(_spool, "before"));
        Assert.Null(await _spool.FindMessageAsync("during", None));
        Assert.Equal(2, (await _spool.ReadTotalsAsync(None)).Messages);
    }

    [Fact]
    public async Task A_database_that_turns_read_only_refuses_mail_and_hands_out_what_it_has()
    {
        await AddAsync("before");
        await SetReadOnlyAsync(true);
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => AddAsync("during"));
        Assert.Equal(SpoolCondition.Failing, _spool.Condition);
        Assert.NotNull(await _spool.FindMessageAsync("before", None));
        await SetReadOnlyAsync(false);
        await ReadyAsync();
        await AddAsync("after");
    }

    [Fact]
    public async Task Connections_that_the_server_has_ended_are_replaced_and_nobody_notices()
    {
        foreach (var round in Enumerable.Range(0, 3))
        {
            await AddAsync($"before {round}");
            await _server.RunAsync(
                "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE application_name = 'inboundbridge'");
            await AddAsync($"after {round}");
            await _server.RunAsync(
                "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE application_name = 'inboundbridge'");
            Assert.NotNull(await _spool.FindMessageAsync($"after {round}", None));
        }
        Assert.Equal(SpoolCondition.Ready, _spool.Condition);
        Assert.Equal(6, (await _spool.ReadTotalsAsync(None)).Messages);
    }

    [Fact]
    public async Task A_commit_that_hangs_is_given_up_and_what_waits_behind_it_too()
    {
        await using (var source = NpgsqlDataSource.Create(_server.ConnectionText))
        await using (var connection = await source.OpenConnectionAsync())
        await using (var held = await connection.BeginTransactionAsync())
        {
            await using (var command = new NpgsqlCommand("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE", connection))
                await command.ExecuteNonQueryAsync();
            var adding = Enumerable.Range(0, 600).Select(index => AddAsync($"during {index}")).ToList();
            foreach (var one in adding)
                await Assert.ThrowsAsync<SpoolUnavailableException>(() => one);
            // Meanwhile the probe may have committed: its own table is not locked.
            Assert.StartsWith("the database of the shared spool failed", await _log.NextAsync(2031), StringComparison.Ordinal);
        }
        await ReadyAsync();
        await AddAsync("after");
        Assert.Equal(1, (await _spool.ReadTotalsAsync(None)).Messages);
    }

    private async Task SetReadOnlyAsync(bool isReadOnly)
    {
        await _server.RunAsync($"ALTER SYSTEM SET default_transaction_read_only = {(isReadOnly ? "on" : "off")}");
        await _server.RunAsync("SELECT pg_reload_conf()");
        // Each session takes it when it looks, which is before its next statement.
        while (!Equals(await _server.RunAsync("SHOW default_transaction_read_only"), isReadOnly ? "on" : "off"))
            await Task.Yield();
    }

    /// <summary>The spool itself finds out, once a second.</summary>
    private async Task ReadyAsync()
    {
        while (_spool.Condition != SpoolCondition.Ready)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task AddAsync(string id) => await SampleMail.CommitAsync(_spool, id, [1], DateTimeOffset.UnixEpoch, "hook");
}

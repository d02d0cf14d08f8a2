using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Health;

/// <summary>What the log says of a database that goes away and comes back, and of a spool that was moved.</summary>
public sealed class PostgresHealthTests : IAsyncDisposable
{
    private const int Failed = 2031;
    private const int Recovered = 2032;
    private const int StillFailing = 2040;
    private const int Moved = 2041;
    private const int NotRead = 2042;

    private readonly WatchedTimeProvider _clock = new();
    private readonly CaptureLog _log = new();
    private readonly PostgresHealth _health;
    private readonly SemaphoreSlim _probed = new(0);
    private volatile Exception? _fault;

    public PostgresHealthTests() => _health = new PostgresHealth("db/mail", _clock, _log) { Probe = ProbeAsync };

    public async ValueTask DisposeAsync()
    {
        await _health.DisposeAsync();
        _probed.Dispose();
    }

    [Fact]
    public async Task One_line_when_it_goes_one_a_minute_and_one_with_time_and_count_when_it_is_back()
    {
        _fault = new NpgsqlException("connection refused");
        var since = _clock.GetUtcNow();
        for (var failure = 0; failure < 50; failure++)
            _health.Failed(_fault);
        Assert.Equal((true, since), (_health.IsFailing, _health.FailingSince));
        for (var second = 0; second < 150; second++)
            await SecondAsync();
        Assert.Equal((1, 2), (_log.Count(Failed), _log.Count(StillFailing)));
        _fault = null;
        await SecondAsync();
        var back = await _log.NextAsync(Recovered);
        Assert.Contains("seconds=151.0 failures=50", back, StringComparison.Ordinal);
        Assert.Equal((false, null), (_health.IsFailing, _health.FailingSince));
        // Texts of exceptions, with their traces, are in no line.
        Assert.DoesNotContain(_log.All, line => line.Text.EndsWith(']'));
        Assert.Equal(4, _log.All.Count);
    }

    [Fact]
    public async Task A_spool_that_was_moved_stays_refused_whatever_still_commits_until_it_is_reopened()
    {
        _fault = SpoolMove.Fault;
        _health.Failed(_fault);
        for (var second = 0; second < 150; second++)
        {
            _health.Succeeded();
            Assert.True(_health.IsFailing);
            await SecondAsync();
        }
        Assert.Contains("moved to another store", _health.Obstacle, StringComparison.Ordinal);
        Assert.Contains("spool reopen", _health.Obstacle, StringComparison.Ordinal);
        Assert.Equal(Moved, Assert.Single(_log.All).Event);
        _fault = null;
        await SecondAsync();
        await _log.NextAsync(Recovered);
        Assert.Null(_health.Obstacle);
    }

    [Fact]
    public async Task A_database_that_comes_back_moved_says_so_once()
    {
        _fault = new NpgsqlException("connection refused");
        _health.Failed(_fault);
        _fault = SpoolMove.Fault;
        for (var second = 0; second < 5; second++)
            await SecondAsync();
        await _log.NextAsync(Moved);
        Assert.Equal([Failed, Moved], _log.All.Select(line => line.Event));
    }

    [Fact]
    public async Task A_read_that_fails_makes_it_try_a_commit()
    {
        _fault = new NpgsqlException("connection refused");
        _health.Doubt(new SpoolUnavailableException("the read failed"));
        Assert.Contains("connection refused", await _log.NextAsync(Failed), StringComparison.Ordinal);
        Assert.True(_health.IsFailing);
    }

    [Fact]
    public async Task A_read_that_fails_while_commits_work_is_told_once_a_minute()
    {
        for (var minute = 0; minute < 2; minute++)
        {
            for (var read = 0; read < 5; read++)
                _health.Doubt(new SpoolUnavailableException("the read failed"));
            Assert.Contains("the read failed", await _log.NextAsync(NotRead), StringComparison.Ordinal);
            _health.Doubt(new SpoolUnavailableException("the read failed"));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.False(_health.IsFailing);
        Assert.InRange(_log.Count(NotRead), 2, 3);
    }

    [Fact]
    public async Task An_outage_that_follows_at_once_is_probed_once_a_second_too()
    {
        _fault = new NpgsqlException("connection refused");
        _health.Failed(_fault);
        for (var outage = 0; outage < 3; outage++)
        {
            await _clock.TimerSetAsync(TimeSpan.FromSeconds(1));
            _health.Succeeded();
            _health.Failed(_fault);
        }
        for (var second = 0; second < 3; second++)
            await SecondAsync();
        Assert.Equal(0, _probed.CurrentCount);
    }

    [Fact]
    public async Task A_probe_that_is_cancelled_is_not_the_last_one()
    {
        _fault = new OperationCanceledException();
        _health.Failed(_fault);
        for (var second = 0; second < 3; second++)
            await SecondAsync();
        _fault = null;
        await SecondAsync();
        await _log.NextAsync(Recovered);
    }

    /// <summary>The next probe.</summary>
    private Task ProbeAsync()
    {
        var fault = _fault;
        _probed.Release();
        return fault is null ? Task.CompletedTask : Task.FromException(fault);
    }

    /// <summary>
    /// A second passes, and the probe that is due then begins. Without a wait for it, the timer would make one tick of several seconds.
    /// </summary>
    private async Task SecondAsync()
    {
        await _clock.TimerSetAsync(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await _probed.WaitAsync(TimeSpan.FromSeconds(30)), "no probe was made");
    }
}

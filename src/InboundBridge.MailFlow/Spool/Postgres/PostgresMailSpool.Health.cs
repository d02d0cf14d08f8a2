using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Reading;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres;

/// <content>Whether the database takes mail.</content>
public sealed partial class PostgresMailSpool
{
    /// <summary>
    /// A spool that was moved while this node ran takes commits of what is not mail. So the probe commits only where it was not moved.
    /// </summary>
    private const string Probe =
        "INSERT INTO probes(name, at) SELECT 'commit', spool_now() " +
        $"WHERE NOT EXISTS (SELECT FROM keys WHERE name = '{PostgresClosure.Name}') " +
        "ON CONFLICT(name) DO UPDATE SET at = excluded.at";

    /// <summary>The locks that a mail needs. A probe without them would find the database well while somebody holds the tables.</summary>
    private const string MailTables = "LOCK TABLE messages, deliveries IN ROW EXCLUSIVE MODE";

    /// <summary>Longer than a command may take.</summary>
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    public SpoolCondition Condition
    {
        get
        {
            if (_health.IsFailing)
                return SpoolCondition.Failing;
            if (_folder.FreeBytes < Options.MinimumFree)
                return SpoolCondition.DiskLow;
            return _group.Waiting > Options.CommitLatencyLimit ? SpoolCondition.CommitsSlow : SpoolCondition.Ready;
        }
    }

    /// <inheritdoc/>
    public string? Obstacle => _health.Obstacle;

    /// <inheritdoc/>
    public DateTimeOffset? AwaySince => _health.FailingSince;

    /// <summary>Counts, and looks whether the spool was moved: a node that gets no mail has to know it, too.</summary>
    private async Task<SpoolTotals> CountAsync(NpgsqlConnection connection)
    {
        if (await PostgresClosure.FindMoveAsync(connection, CancellationToken.None) is not null)
            _health.Failed(SpoolMove.Fault);
        return await StoreReads.TotalsAsync(connection);
    }

    /// <summary>A probe that hangs is left alone, so that the next one can find the database well again.</summary>
    private async Task ProbeAsync()
    {
        try
        {
            await ProbeOnceAsync().AsTask().WaitAsync(ProbePatience, _clock);
        }
        catch (TimeoutException)
        {
            _connections.Clear();
            throw;
        }
    }

    private async ValueTask<int> ProbeOnceAsync() => await _connections.RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var held = new NpgsqlCommand(MailTables, connection))
                await held.ExecuteNonQueryAsync();
            await using (var command = new NpgsqlCommand(Probe, connection))
            {
                if (await command.ExecuteNonQueryAsync() == 0)
                    throw SpoolMove.Fault;
            }
            await transaction.CommitAsync();
            return 0;
        },
        CancellationToken.None);
}

using System.Diagnostics;
using Npgsql;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>
/// What the database itself reaches: plain rows are stored in batches (unnest), leased (FOR UPDATE SKIP LOCKED) and deleted, each step in a
/// transaction of its own, with prepared statements, on several connections at once. A row counts when it is deleted.
/// </summary>
internal sealed class SpoolProbe(SharedDatabase database, int size)
{
    private const int Batch = 64;

    private const string Tables =
        """
        CREATE SCHEMA probe;
        CREATE TABLE probe.rows(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, due bigint NOT NULL, owner text, octets bytea NOT NULL)
          WITH (autovacuum_vacuum_scale_factor = 0.02);
        ALTER TABLE probe.rows ALTER octets SET STORAGE EXTERNAL;
        CREATE INDEX ON probe.rows(due, id) WHERE owner IS NULL;
        """;

    private const string Insert = "INSERT INTO probe.rows(due, octets) SELECT * FROM unnest($1::bigint[], $2::bytea[])";

    private const string Lease =
        "UPDATE probe.rows r SET owner = $1 FROM (SELECT id FROM probe.rows WHERE owner IS NULL ORDER BY due, id LIMIT $2 " +
        "FOR UPDATE SKIP LOCKED) p WHERE r.id = p.id RETURNING r.id";

    private const string Delete = "DELETE FROM probe.rows WHERE id = ANY($1)";

    public Task PrepareAsync() => database.RunAsync(Tables);

    public async Task<ProbeResult> RunAsync(int connections, TimeSpan time)
    {
        await database.RunAsync("TRUNCATE probe.rows");
        var cpu = database.Cpu;
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable.Range(0, connections).Select(number => Task.Run(() => LoopAsync($"probe {number}", started, time))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        return new ProbeResult(counts.Sum() / elapsed.TotalSeconds, (database.Cpu - cpu).TotalSeconds * 1000 / counts.Sum());
    }

    private async Task<int> LoopAsync(string owner, long started, TimeSpan time)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        var octets = new byte[size];
        // Octets that can't be compressed.
        new Random(1).NextBytes(octets);
        await using var insert = new NpgsqlCommand(Insert, connection);
        insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. Enumerable.Range(0, Batch)] });
        insert.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. Enumerable.Repeat(octets, Batch)] });
        await using var lease = new NpgsqlCommand(Lease, connection);
        lease.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner });
        lease.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Batch });
        await using var delete = new NpgsqlCommand(Delete, connection);
        var ids = new NpgsqlParameter<long[]> { TypedValue = [] };
        delete.Parameters.Add(ids);
        await insert.PrepareAsync();
        await lease.PrepareAsync();
        await delete.PrepareAsync();
        var count = 0;
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            await insert.ExecuteNonQueryAsync();
            var leased = new List<long>(Batch);
            await using (var reader = await lease.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    leased.Add(reader.GetInt64(0));
            }
            ids.TypedValue = [.. leased];
            count += await delete.ExecuteNonQueryAsync();
        }
        return count;
    }
}

/// <param name="DatabaseCpu">CPU-seconds of the server for 1,000 rows.</param>
internal sealed record ProbeResult(double Rate, double DatabaseCpu);

using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Reading;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;
using Microsoft.Data.Sqlite;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>The embedded store keeps the contract of messages and deliveries.</summary>
public sealed class SqliteMailSpoolTests : MailSpoolContract
{
    private readonly SqliteStore _store = new();

    [Theory]
    [InlineData(1000)]
    [InlineData(100_000)]
    public async Task Body_and_file_hold_the_received_octets_and_the_row_holds_the_prelude(int length)
    {
        var octets = SampleMail.Octets(1, length);
        await using (var staged = await SampleMail.StageAsync(Spool, "m1", octets, [.. "X-Prelude: y\r\n"u8]))
            await Spool.CommitAsync(staged, SampleMail.Message(staged, Clock.GetUtcNow()), [], NewClaims.None, CancellationToken.None);
        await Spool.DisposeAsync();
        await using var connection = new SqliteConnection($"Data Source={_store.Path}/spool.db;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT prelude, (SELECT octets FROM bodies WHERE message = seq) FROM messages";
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal("X-Prelude: y\r\n"u8.ToArray(), row.GetFieldValue<byte[]>(0));
        Assert.Equal(
            octets, length > 4096
            ? await File.ReadAllBytesAsync(Path.Combine(_store.Path, "bodies", "m1.eml")) : row.GetFieldValue<byte[]>(1));
    }

    /// <summary>A statement that reads the whole table would take longer with each mail on record.</summary>
    [Theory]
    [InlineData(RepeatQuery.OfId, "SEARCH deliveries USING INDEX sqlite_autoindex_deliveries_1 (id>? AND id<?)")]
    [InlineData(RepeatQuery.Open, "SCAN deliveries USING INDEX deliveries_due")]
    public async Task Repeats_are_found_by_an_index_and_without_sorting(string sql, string plan)
    {
        await Spool.DisposeAsync();
        await using var connection = new SqliteConnection($"Data Source={_store.Path}/spool.db;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (var parameter in new[] { "?1", "?2" }.Where(name => sql.Contains(name, StringComparison.Ordinal)))
            command.Parameters.AddWithValue(parameter, 1);
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal(plan, row.GetString(3));
        Assert.False(row.Read());
    }

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => _store.OpenAsync(options, Clock);

    protected override ValueTask CleanAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}

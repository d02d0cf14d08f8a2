using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>The embedded store keeps the contract.</summary>
public sealed class SqliteMailSpoolTests : MailSpoolContract
{
    private readonly SpoolFolder _folder = new();

    [Theory]
    [InlineData(1000)]
    [InlineData(100_000)]
    public async Task Body_and_file_hold_what_was_received_and_the_prelude_stands_beside(int length)
    {
        var octets = SampleMail.Octets(1, length);
        await using (var staged = await SampleMail.StageAsync(Spool, "m1", octets, [.. "X-Prelude: y\r\n"u8]))
            await Spool.CommitAsync(staged, SampleMail.Message(staged, Clock.GetUtcNow()), [], CancellationToken.None);
        await Spool.DisposeAsync();
        await using var connection = new SqliteConnection($"Data Source={_folder.Path}/spool.db;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT prelude, (SELECT octets FROM bodies WHERE message = seq) FROM messages";
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal("X-Prelude: y\r\n"u8.ToArray(), row.GetFieldValue<byte[]>(0));
        Assert.Equal(octets, length > 4096 ? await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "bodies", "m1.eml")) : row.GetFieldValue<byte[]>(1));
    }

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => SqliteMailSpool.OpenAsync(
        options with { Path = _folder.Path }, new SpoolInternals { Linger = TimeSpan.Zero }, Clock, NullLogger.Instance, CancellationToken.None);

    protected override void Clean() => _folder.Dispose();
}

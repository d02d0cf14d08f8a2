using System.Globalization;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Opening;

/// <summary><c>check</c> names the right that the account lacks, and the GRANT that gives it.</summary>
public sealed class RightsCheckTests : IAsyncLifetime
{
    private static int _count;

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"rights{Interlocked.Increment(ref _count)}");
    private PostgresServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.Shared;
        await _server.RunAsync($"CREATE ROLE {_name} LOGIN");
    }

    public async ValueTask DisposeAsync() =>
        await _server.RunAsync($"DROP SCHEMA IF EXISTS {_name} CASCADE; DROP OWNED BY {_name}; DROP ROLE {_name}");

    [Fact]
    public async Task An_owner_of_the_schema_lacks_nothing_before_and_after_the_tables_are_there()
    {
        await _server.RunAsync($"CREATE SCHEMA {_name} AUTHORIZATION {_name}");
        Assert.Empty(await FindAsync());
        await MakeTablesAsync(_name);
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task A_spool_that_was_moved_away_is_closed_and_an_account_without_rights_cannot_tell()
    {
        await _server.RunAsync($"CREATE SCHEMA {_name}; GRANT USAGE, CREATE ON SCHEMA {_name} TO {_name}");
        await MakeTablesAsync("postgres");
        await _server.RunAsync($"INSERT INTO {_name}.keys(name, value) VALUES('moved', 'export')");
        Assert.Null((await FindAllAsync()).Closure);
        await _server.RunAsync($"GRANT ALL ON ALL TABLES IN SCHEMA {_name} TO {_name}");
        Assert.Contains("was moved to another store", (await FindAllAsync()).Closure, StringComparison.Ordinal);
        await _server.RunAsync($"DELETE FROM {_name}.keys WHERE name = 'moved'");
        Assert.Null((await FindAllAsync()).Closure);
    }

    [Fact]
    public async Task Without_the_schema_it_says_how_it_is_made()
    {
        var missing = Assert.Single(await FindAsync());
        Assert.Contains($"CREATE SCHEMA … AUTHORIZATION {_name}", missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_CREATE_the_tables_could_not_be_made()
    {
        await _server.RunAsync($"CREATE SCHEMA {_name}; GRANT USAGE ON SCHEMA {_name} TO {_name}");
        Assert.Equal([$"it may not make tables there: GRANT CREATE ON SCHEMA {_name} TO {_name}"], await FindAsync());
    }

    [Fact]
    public async Task Tables_of_another_account_need_every_right_and_an_owner()
    {
        await _server.RunAsync($"CREATE SCHEMA {_name}; GRANT USAGE, CREATE ON SCHEMA {_name} TO {_name}");
        await MakeTablesAsync("postgres");
        await _server.RunAsync(
            $"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {_name} TO {_name}; GRANT UPDATE, DELETE ON {_name}.nodes TO {_name}");
        var missing = await FindAsync();
        Assert.Contains(missing, one => one.StartsWith("it may not UPDATE, DELETE on answers, ", StringComparison.Ordinal)
            && one.EndsWith($"GRANT UPDATE, DELETE ON ALL TABLES IN SCHEMA {_name} TO {_name}", StringComparison.Ordinal));
        Assert.Contains(missing, one => one.Contains("does not own", StringComparison.Ordinal));
        await _server.RunAsync($"GRANT ALL ON ALL TABLES IN SCHEMA {_name} TO {_name}");
        Assert.Single(await FindAsync());
    }

    [Fact]
    public async Task An_account_that_is_read_only_takes_no_mail()
    {
        await _server.RunAsync($"CREATE SCHEMA {_name} AUTHORIZATION {_name}; ALTER ROLE {_name} SET default_transaction_read_only = on");
        Assert.Contains("takes no writes", Assert.Single(await FindAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host={folder};Username=nobody_there;Database=postgres", "Check Username=", "pg_hba.conf")]
    [InlineData("Host={folder};Username=postgres;Database=nowhere", "Check Database=", "Check Database=")]
    [InlineData("Host=/nowhere;Username=postgres;Database=postgres", "Check Host", "Is the server's socket there")]
    public async Task What_keeps_it_from_connecting_has_a_remedy(string text, string remedy, string or)
    {
        var found = Assert.Single(await FindAsync(text.Replace("{folder}", _server.Folder, StringComparison.Ordinal)));
        Assert.True(
            found.Contains(remedy, StringComparison.Ordinal) || found.Contains(or, StringComparison.Ordinal), found);
    }

    private async Task MakeTablesAsync(string owner)
    {
        await using var source = NpgsqlDataSource.Create(
            $"Host={_server.Folder};Username={owner};Database=postgres;Search Path={_name};Pooling=false");
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await PostgresSchema.UpgradeAsync(connection, "here", CancellationToken.None);
    }

    private async Task<IReadOnlyList<string>> FindAsync(string? text = null) => (await FindAllAsync(text)).Missing;

    private async Task<PostgresObstacles> FindAllAsync(string? text = null) => await PostgresBeside.FindObstaclesAsync(
        PostgresSettings.Read(text ?? $"Host={_server.Folder};Username={_name};Database=postgres;Search Path={_name};Pooling=false"),
        TimeProvider.System, TestContext.Current.CancellationToken);
}

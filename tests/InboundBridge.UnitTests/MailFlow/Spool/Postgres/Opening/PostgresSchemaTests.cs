using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Postgres;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres.Server;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres.Opening;

/// <summary>What a node finds in its database, and what it makes of it.</summary>
public class PostgresSchemaTests
{
    private const int Next = PostgresSchema.Version + 1;

    private static int _count;

    private readonly string _schema = string.Create(CultureInfo.InvariantCulture, $"opening{Interlocked.Increment(ref _count)}");

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Nodes_that_start_together_on_an_empty_database_share_one_spool()
    {
        var server = await PrepareAsync();
        using var folders = new Folders();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(server, folders.Next())));
        Assert.Single(nodes.Select(node => Convert.ToHexString(node.LinkKey)).Distinct(StringComparer.Ordinal));
        Assert.Equal(1L, await server.RunAsync($"SELECT count(*) FROM {_schema}.spool_version"));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task A_spool_of_the_next_version_is_used_where_its_program_says_so_and_refused_otherwise()
    {
        var server = await PrepareAsync();
        using var folders = new Folders();
        await (await OpenAsync(server, folders.Next())).DisposeAsync();
        await server.RunAsync($"UPDATE {_schema}.spool_version SET version = {Next}, readable_from = {PostgresSchema.Version}");
        await (await OpenAsync(server, folders.Next())).DisposeAsync();
        Assert.Equal(Next, await server.RunAsync($"SELECT version FROM {_schema}.spool_version"));
        await server.RunAsync($"UPDATE {_schema}.spool_version SET readable_from = {Next}");
        var refusal = await Assert.ThrowsAsync<SpoolRefusedException>(() => OpenAsync(server, folders.Next()));
        Assert.Contains($"schema version {Next}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Start the newer program", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spool_that_is_two_versions_ahead_is_refused_with_both_versions()
    {
        var server = await PrepareAsync();
        using var folders = new Folders();
        await (await OpenAsync(server, folders.Next())).DisposeAsync();
        await server.RunAsync($"UPDATE {_schema}.spool_version SET version = {Next + 1}, readable_from = 1");
        var refusal = await Assert.ThrowsAsync<SpoolRefusedException>(() => OpenAsync(server, folders.Next()));
        Assert.Contains(
            $"has schema version {Next + 1}; this program knows versions up to {PostgresSchema.Version}. A program may be one version",
            refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What a next version may add: columns with a default, tables and indexes. An upgrade comes while this node runs.</summary>
    [Fact]
    public async Task A_node_goes_on_when_another_one_upgrades_the_tables_by_one_version()
    {
        var server = await PrepareAsync();
        using var folders = new Folders();
        await using var node = await OpenAsync(server, folders.Next());
        await SampleMail.CommitAsync(node, "before", [1], DateTimeOffset.UnixEpoch, "hook");
        await server.RunAsync(
            $"SET search_path = {_schema}; ALTER TABLE messages ADD later text; ALTER TABLE deliveries ADD later integer NOT NULL DEFAULT 7; " +
            "ALTER TABLE notes ADD later text; CREATE TABLE later(id text); CREATE INDEX later_size ON messages(size); " +
            $"UPDATE spool_version SET version = {Next}, readable_from = {PostgresSchema.Version}");
        await SampleMail.CommitAsync(node, "after", SampleMail.Octets(1, 200_000), DateTimeOffset.UnixEpoch, "hook");
        await using var restarted = await OpenAsync(server, folders.Next());
        var due = await SampleMail.DueAsync(restarted, "hook", keepsOrder: true, 10);
        Assert.Equal(["before", "after"], due.Select(delivery => delivery.MessageId));
        Assert.Equal(SampleMail.Octets(1, 200_000), await SampleMail.ReadAsync(restarted, "after"));
        var ended = due[0] with { State = DeliveryState.Delivered, EndedAt = DateTimeOffset.UnixEpoch };
        Assert.Equal(CompletionResult.Recorded, await restarted.CompleteAsync(new DeliveryCompletion { Delivery = ended }, None));
        await restarted.KeepNotesAsync([new SpoolNote("kind", "key", new byte[] { 1 }, DateTimeOffset.MaxValue.AddYears(-1000))], None);
        Assert.NotNull(await node.FindNoteAsync("kind", "key", None));
        restarted.Replace(restarted.Options with { RetainDelivered = TimeSpan.Zero });
        Assert.Equal(1, (await restarted.PurgeAsync(None)).Messages);
        Assert.Equal(Next, await server.RunAsync($"SELECT version FROM {_schema}.spool_version"));
    }

    /// <summary>Nodes are upgraded one after the other: the last one of the version before goes on, and may even start again.</summary>
    [Fact]
    public async Task A_spool_of_the_version_before_is_upgraded_in_place_beside_a_node_of_that_version()
    {
        const int Before = PostgresSchema.Version - 1;
        var server = await PrepareAsync();
        using var folders = new Folders();
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionText};Search Path={_schema}");
        await using var old = await source.OpenConnectionAsync();
        await PostgresSchema.UpgradeAsync(old, "here", Before, CancellationToken.None);
        await server.RunAsync($"INSERT INTO {_schema}.pauses VALUES('hook', 'kept')");
        await using var node = await OpenAsync(server, folders.Next());
        Assert.Equal(PostgresSchema.Version, await server.RunAsync($"SELECT version FROM {_schema}.spool_version"));
        Assert.Equal("kept", (await node.ReadPausesAsync(CancellationToken.None))["hook"]);
        await SampleMail.CommitAsync(node, "new", [1], DateTimeOffset.UnixEpoch, "hook");
        Assert.Empty(await node.ListNodesAsync(CancellationToken.None));
        await PostgresSchema.UpgradeAsync(old, "here", Before, CancellationToken.None);
        Assert.Equal(PostgresSchema.Version, await server.RunAsync($"SELECT version FROM {_schema}.spool_version"));
    }

    [Fact]
    public async Task Tables_of_another_program_are_left_alone()
    {
        var server = await PrepareAsync();
        using var folders = new Folders();
        await server.RunAsync($"CREATE TABLE {_schema}.messages(text text)");
        var refusal = await Assert.ThrowsAsync<SpoolRefusedException>(() => OpenAsync(server, folders.Next()));
        Assert.Contains("another program", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await server.RunAsync($"SELECT count(*) FROM information_schema.tables WHERE table_schema = '{_schema}'"));
    }

    [Fact]
    public async Task A_schema_or_database_that_is_not_there_is_named_and_not_waited_for()
    {
        var server = await PostgresServer.Shared;
        using var folders = new Folders();
        var noSchema = await Assert.ThrowsAsync<SpoolRefusedException>(() => OpenAsync(server, folders.Next()));
        Assert.Contains("Search Path", noSchema.Message, StringComparison.Ordinal);
        var settings = PostgresSettings.Read(
            $"Host={server.Folder};Username=postgres;Password=hunter5;Database=missing;{PostgresServer.Patient}");
        var noDatabase = await Assert.ThrowsAsync<SpoolRefusedException>(() => OpenAsync(settings, folders.Next()));
        Assert.Contains("\"missing\" does not exist", noDatabase.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter5", noDatabase.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_one_host_of_several_is_away_another_is_used()
    {
        var server = await PrepareAsync();
        using var folders = new Folders();
        var settings = PostgresSettings.Read(
            $"Host=/nowhere,{server.Folder};Username=postgres;Database=postgres;Search Path={_schema};Maximum Pool Size=4;" +
            PostgresServer.Patient);
        await (await OpenAsync(settings, folders.Next())).DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_can_not_be_reached_may_come_later()
    {
        using var folders = new Folders();
        var settings = PostgresSettings.Read("Host=/nowhere;Username=postgres;Password=hunter5");
        var fault = await Assert.ThrowsAsync<SpoolUnavailableException>(() => OpenAsync(settings, folders.Next()));
        Assert.DoesNotContain("hunter5", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_processes_can_not_share_a_node_s_folder()
    {
        var server = await PrepareAsync();
        using var folders = new Folders();
        var folder = folders.Next();
        await using var first = await OpenAsync(server, folder);
        await Assert.ThrowsAsync<SpoolRefusedException>(() => OpenAsync(server, folder));
    }

    private async Task<PostgresServer> PrepareAsync()
    {
        var server = await PostgresServer.Shared;
        await server.RunAsync($"CREATE SCHEMA {_schema}");
        return server;
    }

    private Task<PostgresMailSpool> OpenAsync(PostgresServer server, string folder) => OpenAsync(
        PostgresSettings.Read($"{server.ConnectionText};Search Path={_schema};Maximum Pool Size=4"), folder);

    private static Task<PostgresMailSpool> OpenAsync(PostgresSettings settings, string folder) => PostgresSpoolStart.OpenAsync(
        new SpoolOptions { Path = folder, MinimumFree = 0 }, settings, new PostgresInternals { Patience = PostgresStore.Patience },
        TimeProvider.System, NullLogger.Instance, CancellationToken.None);

    private sealed class Folders : IDisposable
    {
        private readonly List<SpoolFolder> _folders = [];

        public string Next()
        {
            lock (_folders)
            {
                _folders.Add(new SpoolFolder());
                return _folders[^1].Path;
            }
        }

        public void Dispose() => _folders.ForEach(folder => folder.Dispose());
    }
}

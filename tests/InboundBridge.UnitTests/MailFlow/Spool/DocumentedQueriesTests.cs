using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Postgres;
using InboundBridge.UnitTests.MailFlow.Spool.Sqlite;
using Microsoft.Data.Sqlite;

namespace InboundBridge.UnitTests.MailFlow.Spool;

/// <summary>The queries that docs/spool.md and the pages about a shared spool show to operators run on these stores.</summary>
public sealed partial class DocumentedQueriesTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    [Fact]
    public async Task The_queries_of_the_embedded_spool_find_what_they_are_for()
    {
        using var store = new SqliteStore();
        await using (var spool = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock))
            await FillAsync(spool);
        await using var connection = new SqliteConnection($"Data Source={store.Path}/spool.db;Pooling=False");
        connection.Open();
        var found = new List<string?>();
        foreach (Match query in SqliteQuery().Matches(Read("docs/spool.md")))
        {
            await using var command = connection.CreateCommand();
            // writefile is a function of the command line tool.
            command.CommandText = query.Groups["sql"].Value.Replace("\\$", "$", StringComparison.Ordinal)
                .Replace("writefile('mail.eml', ", "length(", StringComparison.Ordinal)
                .Replace("MESSAGE_ID", "m1", StringComparison.Ordinal);
            found.Add((await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))?.ToString());
        }
        Assert.Contains(found[0], new[] { "hook", "late" });
        Assert.Equal(["m1", "3", "ok"], found[1..]);
    }

    [Fact]
    public async Task The_queries_of_a_shared_spool_find_what_they_are_for()
    {
        await using var store = new PostgresStore(hasOtherNode: false);
        await using var spool = await store.OpenAsync(new SpoolOptions { Path = "", MinimumFree = 0 }, _clock);
        await FillAsync(spool);
        var queries = SqlBlock().Matches(Read("docs/cluster.md")).SelectMany(block => block.Groups["sql"].Value.Split('\n'))
            .Where(line => line.StartsWith("SELECT ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, queries.Count);
        foreach (var query in queries)
            Assert.NotNull(await store.RunAsync(query));
        var pause = Pause().Match(Read("docs/cluster-operations.md"));
        await store.RunAsync(pause.Groups["sql"].Value.Replace('\n', ' '));
        Assert.Equal("restored", await store.RunAsync("SELECT reason FROM pauses WHERE destination = 'late'"));
    }

    /// <summary>One delivery is dead, one is claimed and open.</summary>
    private async Task FillAsync(IMailSpool spool)
    {
        await SampleMail.CommitAsync(spool, "m1", [1, 2, 3], _clock.GetUtcNow(), "hook");
        await SampleMail.CommitAsync(spool, "m2", [4], _clock.GetUtcNow(), "late");
        var terms = new ClaimTerms("a", TimeSpan.FromSeconds(30));
        foreach (var destination in new[] { "hook", "late" })
        {
            var due = await spool.ClaimAsync(
                new ClaimRequest(destination, KeepsOrder: false, 10, _clock.GetUtcNow().AddMinutes(1), terms), CancellationToken.None);
            if (destination == "late")
                continue;
            var one = Assert.Single(due.Claimed);
            await spool.CompleteAsync(
                new DeliveryCompletion
                {
                    Delivery = one.Delivery with { State = DeliveryState.Dead, Attempts = 1, EndedAt = _clock.GetUtcNow() },
                    Attempt = new FailedAttempt(1, _clock.GetUtcNow(), TimeSpan.Zero, "failed", DeliveryReply.FromText("no")),
                    Claim = new DeliveryClaim(one.Delivery.Id, terms.Owner, one.Fence),
                },
                CancellationToken.None);
        }
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, page));

    [GeneratedRegex("sqlite3 -readonly data/spool\\.db \"(?<sql>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex SqliteQuery();

    [GeneratedRegex("^```sql\n(?<sql>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex SqlBlock();

    [GeneratedRegex("`(?<sql>INSERT INTO pauses[^`]*)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Pause();
}

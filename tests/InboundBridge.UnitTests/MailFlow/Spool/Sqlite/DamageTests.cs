using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Data.Sqlite;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>Octets that changed on the disk: damage is reported for that message, and the others are delivered.</summary>
public class DamageTests
{
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task A_file_that_was_changed_cut_or_lost_is_reported()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock))
        {
            foreach (var id in new[] { "changed", "cut", "lost", "fine" })
                await SampleMail.CommitAsync(spool, id, SampleMail.Octets(1, 20_000), Now, "hook");
        }
        var bodies = Path.Combine(folder.Path, "bodies");
        await using (var file = File.OpenWrite(Path.Combine(bodies, "changed.eml")))
        {
            file.Position = 10_000;
            file.Write("damage"u8);
        }
        await using (var file = File.OpenWrite(Path.Combine(bodies, "cut.eml")))
            file.SetLength(19_999);
        File.Delete(Path.Combine(bodies, "lost.eml"));
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock);
        foreach (var id in new[] { "changed", "cut", "lost" })
        {
            var damage =
                await Assert.ThrowsAsync<MessageDamagedException>(async () => await after.OpenContentAsync(id, CancellationToken.None));
            Assert.Equal(id, damage.MessageId);
        }
        Assert.Equal(20_000, (await SampleMail.ReadAsync(after, "fine")).Length);
    }

    [Fact]
    public async Task Octets_in_the_database_that_were_changed_are_reported()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock))
        {
            await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(1, 5000), Now, "hook");
            await SampleMail.CommitAsync(spool, "m2", SampleMail.Octets(2, 5000), Now, "hook");
        }
        Overwrite(folder, SampleMail.Octets(1, 5000).AsSpan(2500, 32).ToArray(), "damage"u8.ToArray());
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock);
        await Assert.ThrowsAsync<MessageDamagedException>(async () => await after.OpenContentAsync("m1", CancellationToken.None));
        Assert.Equal(SampleMail.Octets(2, 5000), await SampleMail.ReadAsync(after, "m2"));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(20_000)]
    public async Task A_prelude_that_was_changed_is_reported(int length)
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock))
        await using (var staged =
            await SampleMail.StageAsync(spool, "m1", SampleMail.Octets(1, length), [.. "X-Prelude: as we wrote it\r\n"u8]))
            await spool.CommitAsync(staged, SampleMail.Message(staged, Now), [], NewClaims.None, CancellationToken.None);
        Overwrite(folder, [.. "X-Prelude: as"u8], [.. "X-Prelude: 42"u8]);
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock);
        await Assert.ThrowsAsync<MessageDamagedException>(async () => await after.OpenContentAsync("m1", CancellationToken.None));
    }

    [Fact]
    public async Task A_damaged_page_costs_only_the_deliveries_on_it()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock))
        {
            for (var index = 0; index < 100; index++)
                await SampleMail.CommitAsync(spool, $"m{index:000}", [1], Now.AddMilliseconds(index), "hook");
        }
        BreakPageOf(folder, "deliveries");
        var log = new CaptureLog();
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock, log: log);
        var due = await SampleMail.DueAsync(after, "hook", keepsOrder: false, 200);
        Assert.InRange(due.Count, 60, 99);
        Assert.Equal(100 - due.Count, log.Count(2004));
        Assert.Equal(due.Count, (await SampleMail.DueAsync(after, "hook", keepsOrder: true, 200)).Count);
        Assert.Equal(100 - due.Count, log.Count(2004));
        await SampleMail.CommitAsync(after, "new", [2], Now, "hook");
        Assert.Equal(due.Count + 1, (await SampleMail.DueAsync(after, "hook", keepsOrder: false, 200)).Count);
    }

    [Fact]
    public async Task Damaged_deliveries_hide_none_of_those_behind_them()
    {
        using var folder = new SpoolFolder();
        await using (var spool = await SpoolOpening.OpenAsync(folder.Path, _clock))
        {
            for (var index = 0; index < 100; index++)
                await SampleMail.CommitAsync(spool, $"m{index:000}", [1], Now.AddMilliseconds(index), "hook");
        }
        BreakPageOf(folder, "deliveries");
        await using var after = await SpoolOpening.OpenAsync(folder.Path, _clock);
        var terms = new ClaimTerms("this queue", Timeout.InfiniteTimeSpan);
        var request = new ClaimRequest("hook", KeepsOrder: false, 200, DateTimeOffset.MaxValue, terms);
        var all = await after.ClaimAsync(request, CancellationToken.None);
        // Everything that can be read is claimed: there is nothing to ask again for.
        Assert.Null(all.Next);
        await after.ReleaseAsync(
            [.. all.Claimed.Select(claimed => new DeliveryClaim(claimed.Delivery.Id, terms.Owner, claimed.Fence))], CancellationToken.None);
        var count = 0;
        while ((await after.ClaimAsync(request with { Limit = 1 }, CancellationToken.None)).Claimed.Count > 0)
            count++;
        Assert.Equal(all.Claimed.Count, count);
    }

    [Theory]
    [InlineData("PRAGMA user_version = 99", "schema version 99")]
    [InlineData("PRAGMA application_id = 1", "not one of this product")]
    public async Task A_newer_or_foreign_database_is_refused_with_its_reason(string change, string reason)
    {
        using var folder = new SpoolFolder();
        await (await SpoolOpening.OpenAsync(folder.Path, _clock)).DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={folder.Path}/spool.db;Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = change;
            command.ExecuteNonQuery();
        }
        var refusal = await Assert.ThrowsAsync<SpoolRefusedException>(() => SpoolOpening.OpenAsync(folder.Path, _clock));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        // The refused opening left no lock.
        await Assert.ThrowsAsync<SpoolRefusedException>(() => SpoolOpening.OpenAsync(folder.Path, _clock));
    }

    [Fact]
    public async Task A_file_that_is_not_a_database_is_refused()
    {
        using var folder = new SpoolFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "spool.db"), new string('x', 8192));
        await Assert.ThrowsAsync<SpoolRefusedException>(() => SpoolOpening.OpenAsync(folder.Path, _clock));
    }

    [Fact]
    public async Task A_second_opener_is_refused_until_the_first_has_closed()
    {
        using var folder = new SpoolFolder();
        await using (await SpoolOpening.OpenAsync(folder.Path, _clock))
        {
            var refusal = await Assert.ThrowsAsync<SpoolRefusedException>(() => SpoolOpening.OpenAsync(folder.Path, _clock));
            Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
        }
        await (await SpoolOpening.OpenAsync(folder.Path, _clock)).DisposeAsync();
    }

    private static void Overwrite(SpoolFolder folder, byte[] find, byte[] with)
    {
        var path = Path.Combine(folder.Path, "spool.db");
        var octets = File.ReadAllBytes(path);
        var at = octets.AsSpan().IndexOf(find);
        Assert.True(at > 0);
        with.CopyTo(octets, at);
        File.WriteAllBytes(path, octets);
    }

    /// <summary>Damages a leaf page of a table other than its first.</summary>
    private static void BreakPageOf(SpoolFolder folder, string table)
    {
        const int PageSize = 4096;
        var path = Path.Combine(folder.Path, "spool.db");
        var octets = File.ReadAllBytes(path);
        var leaves = new List<int>();
        for (var page = 1; page < octets.Length / PageSize; page++)
        {
            // A table's leaf begins with 0x0D; those of the deliveries hold their destination's name and their variables.
            var span = octets.AsSpan(page * PageSize, PageSize);
            if (span[0] == 0x0D && table == "deliveries" && span.IndexOf("\"ticket\""u8) > 0)
                leaves.Add(page);
        }
        Assert.True(leaves.Count > 3);
        octets.AsSpan((leaves[1] * PageSize) + 1, 200).Fill(0xEE);
        File.WriteAllBytes(path, octets);
    }
}

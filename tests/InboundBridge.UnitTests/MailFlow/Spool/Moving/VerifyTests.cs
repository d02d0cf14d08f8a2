using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving;

/// <summary>A check of a spool finds what is damaged, missing or counted wrong, and names it.</summary>
public sealed class VerifyTests
{
    private static readonly DateTimeOffset Now = FakeTime.Start;

    [Theory]
    [InlineData("DELETE FROM messages WHERE id = 'm0'", "1 deliveries without a message")]
    [InlineData("DELETE FROM deliveries WHERE id = 'm1-0'", "1 were counted, not 2")]
    [InlineData("UPDATE totals SET value = 7 WHERE name = 'messages'", "messages: 3 were counted, not 7")]
    [InlineData("UPDATE bodies SET octets = x'00' WHERE message = 1", "message m0: its octets are missing")]
    [InlineData("UPDATE messages SET envelope = '{' WHERE id = 'm1'", "message m1")]
    [InlineData("INSERT INTO attempts VALUES(1, 1, 1, 1, 'retry', 'x', NULL, NULL, NULL)", "1 attempts without a delivery")]
    public async Task Of_an_embedded_spool(string damage, string expected)
    {
        await using var place = await MovePlace.CreateAsync(false);
        await FillAsync(place);
        using (var database = SqliteDatabase.Open(Path.Combine(place.Folder, "spool.db"), readOnly: false))
            database.Execute(damage);
        await AssertFoundAsync(place, expected);
    }

    [Theory]
    [InlineData("DELETE FROM messages WHERE id = 'm0'", "1 deliveries without a message")]
    [InlineData("UPDATE tallies SET count = 9 WHERE destination = 'a'", "not 9")]
    [InlineData("UPDATE messages SET octets = '' WHERE id = 'm0'", "message m0: its octets are missing")]
    [InlineData("DELETE FROM chunks WHERE ordinal = 1", "message m2: its octets are missing")]
    [InlineData("UPDATE messages SET envelope = '{' WHERE id = 'm1'", "message m1")]
    public async Task Of_a_shared_spool(string damage, string expected)
    {
        await using var place = await MovePlace.CreateAsync(true);
        await FillAsync(place);
        await place.RunAsync(damage);
        await AssertFoundAsync(place, expected);
    }

    [Fact]
    public async Task Of_a_body_file_that_is_missing_or_changed()
    {
        await using var place = await MovePlace.CreateAsync(false);
        await FillAsync(place);
        var file = Path.Combine(place.Folder, "bodies", "m2.eml");
        var octets = await File.ReadAllBytesAsync(file);
        octets[100_000] ^= 1;
        await File.WriteAllBytesAsync(file, octets);
        await AssertFoundAsync(place, "message m2: its octets are missing");
        File.Delete(file);
        await AssertFoundAsync(place, "message m2: its octets are missing");
    }

    [Fact]
    public async Task A_damaged_mail_is_moved_as_it_is_and_is_damaged_in_the_new_place()
    {
        await using var place = await MovePlace.CreateAsync(false);
        await using var to = await MovePlace.CreateAsync(true);
        await FillAsync(place);
        File.Delete(Path.Combine(place.Folder, "bodies", "m2.eml"));
        using var moved = new Moved();
        Assert.Equal(1, (await moved.ExportAsync(place)).Problems.Count);
        var imported = await moved.ImportAsync(to);
        Assert.Contains("m2", Assert.Single(imported.Problems.Texts), StringComparison.Ordinal);
        await using var spool = await to.OpenAsync(TimeProvider.System);
        await Assert.ThrowsAsync<InboundBridge.MailFlow.Spool.Contract.MessageDamagedException>(
            async () => await spool.OpenContentAsync("m2", CancellationToken.None));
    }

    private static async Task FillAsync(MovePlace place)
    {
        await using var spool = await place.OpenAsync(TimeProvider.System);
        await SampleMail.CommitAsync(spool, "m0", SampleMail.Octets(1, 300), Now, "a");
        await SampleMail.CommitAsync(spool, "m1", SampleMail.Octets(2, 300), Now, "b", "b");
        await SampleMail.CommitAsync(spool, "m2", SampleMail.Octets(3, 600_000), Now, "c");
    }

    private static async Task AssertFoundAsync(MovePlace place, string expected)
    {
        var result = await Moved.VerifyAsync(place);
        Assert.Contains(result.Problems.Texts, text => text.Contains(expected, StringComparison.Ordinal));
    }
}

using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>
/// A data directory of every schema version is kept in <c>tests/testdata/upgrade</c>, and opens as the present one with nothing missing. A
/// new version's directory is written by the second test when <c>INBOUNDBRIDGE_WRITE_UPGRADE_DATA</c> names the folder.
/// </summary>
public class UpgradeTests
{
    private const string WriteVariable = "INBOUNDBRIDGE_WRITE_UPGRADE_DATA";

    private static readonly DateTimeOffset Then = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<int> Versions => [.. Enumerable.Range(1, SpoolSchema.Version)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_data_directory_of_a_version_opens_with_everything_in_it(int version)
    {
        using var folder = new SpoolFolder();
        folder.Fill(Path.Combine(RepositoryFiles.Root, "tests/testdata/upgrade", $"v{version}"));
        await using var spool = await SpoolOpening.OpenAsync(folder.Path, new FakeTimeProvider(FakeTime.Start));
        Assert.Equal(SampleMail.Octets(1, 1000), await SampleMail.ReadAsync(spool, "small"));
        Assert.Equal(SampleMail.Octets(2, 9000), await SampleMail.ReadAsync(spool, "large"));
        await using (var staged = await SampleMail.StageAsync(spool, "small", []))
        {
            var expected = SampleMail.Message(staged, Then) with { Size = 1000, Sha256 = Digest(SampleMail.Octets(1, 1000)) };
            // The field is stored from schema version 5 on.
            if (version < 5)
                expected = expected with { ResultsField = null };
            Assert.Equivalent(expected, await spool.FindMessageAsync("small", None), strict: true);
        }
        // Versions of deliveries are counted from schema version 3 on.
        Assert.Equivalent(Retrying() with { Version = version < 3 ? 0 : 1 }, await spool.FindDeliveryAsync("small-0", None), strict: true);
        Assert.Equal([Attempt()], await spool.ListAttemptsAsync("small-0", None));
        Assert.Equal("410 Gone", (await spool.ReadPausesAsync(None))["store"]);
        Assert.Equal(
            (2, 10_000),
            ((await spool.ReadTotalsAsync(CancellationToken.None)).Messages, (await spool.ReadTotalsAsync(CancellationToken.None)).Bytes));
        Assert.Equal(2, (await spool.ReadTotalsAsync(CancellationToken.None)).Deliveries.Sum(tally => tally.Count));
        await SampleMail.CommitAsync(spool, "new", [1], Then, "hook");
        Assert.Equal(2, (await SampleMail.DueAsync(spool, "hook", keepsOrder: true, 10)).Count);
    }

    [Fact]
    public async Task Data_directory_of_this_version_is_written_on_request()
    {
        if (Environment.GetEnvironmentVariable(WriteVariable) is not { } path)
        {
            Assert.Skip($"set {WriteVariable} to write one");
            return;
        }
        await using (var spool = await SpoolOpening.OpenAsync(path, new FakeTimeProvider(FakeTime.Start)))
        {
            await SampleMail.CommitAsync(spool, "small", SampleMail.Octets(1, 1000), Then, "hook");
            await SampleMail.CommitAsync(spool, "large", SampleMail.Octets(2, 9000), Then, "store");
            await spool.CompleteAsync(new DeliveryCompletion { Delivery = Retrying(), Attempt = Attempt() }, None);
            await spool.SetPauseAsync("store", "410 Gone", None);
        }
        File.Delete(Path.Combine(path, "lock"));
    }

    private static SpooledDelivery Retrying() => SampleMail.Delivery("small-0", "small", Then) with
    {
        State = DeliveryState.Retrying,
        Attempts = 1,
        NextAttemptAt = Then.AddSeconds(5),
        LastReply = DeliveryReply.FromText("503 busy"),
    };

    private static FailedAttempt Attempt() => new(1, Then, TimeSpan.FromMilliseconds(20), "retry", DeliveryReply.FromText("503 busy"));

    private static string Digest(byte[] octets) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(octets));
}

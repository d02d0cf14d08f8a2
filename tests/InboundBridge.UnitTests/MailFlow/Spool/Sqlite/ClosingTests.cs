using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

public class ClosingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public async Task A_closed_spool_is_a_single_file_without_a_log_even_while_it_is_read(int readers)
    {
        using var folder = new SpoolFolder();
        var clock = new FakeTimeProvider(FakeTime.Start);
        var spool = await SpoolOpening.OpenAsync(folder.Path, clock);
        for (var index = 0; index < 30; index++)
            await SampleMail.CommitAsync(spool, $"m{index}", SampleMail.Octets(index, 3000), clock.GetUtcNow(), "hook");
        var reading = Enumerable.Range(0, readers).Select(_ => Task.Run(async () =>
        {
            try
            {
                while (true)
                    await spool.ListMessagesAsync(new MessageFilter(), null, 30, CancellationToken.None);
            }
            catch (SpoolUnavailableException)
            {
                return;
            }
        })).ToList();
        await spool.FindMessageAsync("m1", CancellationToken.None);
        await spool.DisposeAsync();
        await Task.WhenAll(reading);
        Assert.Equal(
            ["lock", "options.key", "spool.db"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await using var after = await SpoolOpening.OpenAsync(folder.Path, clock);
        Assert.Equal(30, (await after.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task A_mail_that_comes_after_the_end_is_refused()
    {
        using var folder = new SpoolFolder();
        var clock = new FakeTimeProvider(FakeTime.Start);
        var spool = await SpoolOpening.OpenAsync(folder.Path, clock);
        await using var staged = await SampleMail.StageAsync(spool, "late", [1]);
        await spool.DisposeAsync();
        await Assert.ThrowsAsync<SpoolUnavailableException>(async () => await spool
            .CommitAsync(staged, SampleMail.Message(staged, clock.GetUtcNow()), [], NewClaims.None, CancellationToken.None)
            .AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
    }
}

using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>Writes that share a transaction with one that fails.</summary>
public sealed class SharedTransactionTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly SpoolFolder _folder = new();
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task A_write_that_can_not_be_stored_takes_no_other_with_it()
    {
        await using var spool = await OpenAsync();
        Close();
        var first = CommitAsync(spool, "first");
        await _reached.Task.WaitAsync(Longest, TestContext.Current.CancellationToken);
        // The id is taken by then.
        var twice = CommitAsync(spool, "first");
        var other = CommitAsync(spool, "other");
        _open.Set();
        await first.WaitAsync(Longest, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => twice.WaitAsync(Longest, TestContext.Current.CancellationToken));
        await other.WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.Equal(2, (await spool.ReadTotalsAsync(CancellationToken.None)).Messages);
    }

    [Fact]
    public async Task On_a_full_disk_results_are_recorded_although_new_mail_waits_with_them()
    {
        await using var spool = await OpenAsync(largestPages: 120);
        var kept = 0;
        while (await IsDoneAsync(CommitAsync(spool, $"m{kept}", 6000)))
            kept++;
        var recorded = 0;
        for (var pair = 0; pair + 1 < kept; pair += 2)
        {
            var (one, other) = (await FindAsync(spool, $"m{pair}-0"), await FindAsync(spool, $"m{pair + 1}-0"));
            Close();
            var first = CompleteAsync(spool, one);
            // It may find the disk full before its COMMIT. Then the others don't wait for it.
            var isHeld = await Task.WhenAny(_reached.Task, first).WaitAsync(Longest, TestContext.Current.CancellationToken) != first;
            var mail = CommitAsync(spool, $"more{pair}", 6000);
            var second = CompleteAsync(spool, other);
            _open.Set();
            await IsDoneAsync(first);
            Assert.False(await IsDoneAsync(mail));
            if (await IsDoneAsync(second) && isHeld)
                recorded++;
        }
        Assert.True(recorded > 0, "no result was recorded");
    }

    public void Dispose()
    {
        _open.Dispose();
        _folder.Dispose();
    }

    private Task<IMailSpool> OpenAsync(long largestPages = 0) => SpoolOpening.OpenAsync(
        _folder.Path, _clock, internals => internals with { BeforeCommit = Wait, LargestPages = largestPages });

    /// <summary>The next transaction hangs before its COMMIT, and what comes then shares the one after it.</summary>
    private void Close()
    {
        _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open.Reset();
    }

    private void Wait()
    {
        _reached.TrySetResult();
        Assert.True(_open.Wait(Longest));
    }

    private Task<SpooledMessage> CommitAsync(IMailSpool spool, string id, int octets = 100) =>
        SampleMail.CommitAsync(spool, id, SampleMail.Octets(1, octets), Now, "hook");

    private async Task CompleteAsync(IMailSpool spool, SpooledDelivery delivery)
    {
        var completion = new DeliveryCompletion { Delivery = delivery with { State = DeliveryState.Delivered, EndedAt = Now } };
        Assert.Equal(CompletionResult.Recorded, await spool.CompleteAsync(completion, CancellationToken.None));
    }

    private static async Task<SpooledDelivery> FindAsync(IMailSpool spool, string id) =>
        (await spool.FindDeliveryAsync(id, CancellationToken.None))!;

    private static async Task<bool> IsDoneAsync(Task write)
    {
        try
        {
            await write.WaitAsync(Longest, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SpoolUnavailableException)
        {
            return false;
        }
    }
}

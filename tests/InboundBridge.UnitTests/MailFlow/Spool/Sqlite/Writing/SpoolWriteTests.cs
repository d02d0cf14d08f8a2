using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>The writer and the syncer end writes, and must never run the code of those who wait for them.</summary>
public class SpoolWriteTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_waits_for_a_durable_write_continues_on_the_thread_pool()
    {
        var write = new Write();
        var heard = HearAsync();
        EndOnAThreadOfTheSpool(write.Succeed);
        Assert.True(await heard.WaitAsync(Longest, Token));

        async Task<bool> HearAsync()
        {
            await write.Completion;
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }

    [Fact]
    public async Task Whoever_waits_for_a_failed_write_continues_on_the_thread_pool()
    {
        var write = new Write();
        var heard = HearAsync();
        EndOnAThreadOfTheSpool(() => write.Fail(new SpoolUnavailableException("the disk is full")));
        Assert.True(await heard.WaitAsync(Longest, Token));

        async Task<bool> HearAsync()
        {
            await Assert.ThrowsAsync<SpoolUnavailableException>(async () => await write.Completion);
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }

    /// <summary>The continuation of a change of many deliveries takes long.</summary>
    [Fact]
    public async Task A_slow_continuation_delays_no_other()
    {
        var (slow, quick) = (new Write(), new Write());
        using var release = new ManualResetEventSlim();
        var blocked = BlockAsync();
        EndOnAThreadOfTheSpool(() =>
        {
            slow.Succeed();
            quick.Succeed();
        });
        await quick.Completion.AsTask().WaitAsync(Longest, Token);
        release.Set();
        await blocked.WaitAsync(Longest, Token);

        async Task BlockAsync()
        {
            await slow.Completion;
            Assert.True(release.Wait(Longest, Token));
        }
    }

    private static void EndOnAThreadOfTheSpool(Action end)
    {
        var thread = new Thread(() => end());
        thread.Start();
        Assert.True(thread.Join(Longest), "a continuation holds the spool's thread");
    }

    private sealed class Write : SpoolWrite
    {
        public override void Apply(WriterSession session) => throw new NotSupportedException("it is never written");
    }
}

using System.Collections.Concurrent;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>Every write of a commit is completed, and no continuation runs on a thread that others wait for.</summary>
public class AnnouncementTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Each_write_of_a_commit_is_completed_once(int count)
    {
        var writes = Enumerable.Range(0, count).Select(index => new Write(isSoonOver: index % 3 != 0)).ToList<SpoolWrite>();
        var heard = new ConcurrentQueue<int>();
        var waiting = writes.Select(async (write, index) =>
        {
            await write.Completion;
            heard.Enqueue(index);
            Assert.True(Thread.CurrentThread.IsThreadPoolThread);
        }).ToArray();
        Announcement.Of(writes);
        await Task.WhenAll(waiting).WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, count), heard.Order());
    }

    /// <summary>The continuation of a change of many deliveries takes long.</summary>
    [Fact]
    public async Task A_slow_continuation_delays_no_other()
    {
        var (slow, quick) = (new Write(isSoonOver: false), new Write(isSoonOver: true));
        using var release = new ManualResetEventSlim();
        var blocked = Task.Run(async () =>
        {
            await slow.Completion;
            Assert.True(release.Wait(Longest, TestContext.Current.CancellationToken));
        }, TestContext.Current.CancellationToken);
        Announcement.Of([slow, quick]);
        await quick.Completion.AsTask().WaitAsync(Longest, TestContext.Current.CancellationToken);
        release.Set();
        await blocked.WaitAsync(Longest, TestContext.Current.CancellationToken);
    }

    /// <summary>The writer and the syncer fail writes, and must not run their continuations.</summary>
    [Fact]
    public async Task A_failed_write_continues_on_the_thread_pool()
    {
        var write = new Write(isSoonOver: true);
        var heard = HearAsync();
        var failing = new Thread(() => write.Fail(new SpoolUnavailableException("the disk is full")));
        failing.Start();
        Assert.True(await heard.WaitAsync(Longest, TestContext.Current.CancellationToken));
        failing.Join();

        async Task<bool> HearAsync()
        {
            await Assert.ThrowsAsync<SpoolUnavailableException>(async () => await write.Completion);
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }

    private sealed class Write(bool isSoonOver) : SpoolWrite
    {
        public override bool IsSoonOver => isSoonOver;

        public override void Apply(WriterSession session) => throw new NotSupportedException("it is never written");
    }
}

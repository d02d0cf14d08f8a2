using System.Collections.Concurrent;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>Everybody who waited for a commit hears of it, and nobody goes on on a thread that others wait for.</summary>
public class AnnouncementTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Each_write_of_a_commit_is_told_once(int count)
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

    /// <summary>A change of many deliveries goes on for long when its first step is durable.</summary>
    [Fact]
    public async Task Who_takes_longer_holds_up_nobody()
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

    /// <summary>The writer and the syncer tell of failures, and have a spool to look after.</summary>
    [Fact]
    public async Task Who_hears_of_a_failure_goes_on_on_the_pool()
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

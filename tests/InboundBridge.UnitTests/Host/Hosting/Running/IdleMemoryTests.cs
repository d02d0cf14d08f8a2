using InboundBridge.Hosting;
using InboundBridge.Hosting.Running;

namespace InboundBridge.UnitTests.Host.Hosting.Running;

public sealed class IdleMemoryTests : IDisposable
{
    private const long Busy = 100 * 1024 * 1024;

    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly IdleMemory _memory;
    private long _allocated;
    private int _given;

    public IdleMemoryTests() => _memory = new IdleMemory(_clock, () => _allocated, () => _given++);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Behind_a_busy_time_memory_is_given_back_once()
    {
        Pass(minutes: 3, Busy);
        Assert.Equal(0, _given);
        Pass(minutes: 1, IdleMemory.Quiet - 1);
        Assert.Equal(1, _given);
        Pass(minutes: 7, IdleMemory.Quiet - 1);
        Assert.Equal(1, _given);
    }

    [Fact]
    public void While_mails_come_no_collection_is_forced()
    {
        Pass(minutes: 60, IdleMemory.Quiet);
        Assert.Equal(0, _given);
    }

    [Fact]
    public void Each_burst_is_followed_by_one_collection()
    {
        for (var burst = 1; burst <= 3; burst++)
        {
            Pass(minutes: 1, Busy);
            Pass(minutes: 5, 0);
            Assert.Equal(burst, _given);
        }
    }

    [Fact]
    public void A_little_now_and_then_adds_up_and_is_collected_in_a_quiet_minute()
    {
        Pass(minutes: 31, IdleMemory.Worthwhile / 32);
        Assert.Equal(0, _given);
        Pass(minutes: 1, IdleMemory.Worthwhile / 32);
        Assert.Equal(1, _given);
        Pass(minutes: 31, IdleMemory.Worthwhile / 32);
        Assert.Equal(1, _given);
    }

    [Fact]
    public void A_process_that_was_never_busy_is_not_collected()
    {
        Pass(minutes: 10, 1000);
        Assert.Equal(0, _given);
    }

    [Fact]
    public void When_it_ends_so_does_the_looking()
    {
        Pass(minutes: 1, Busy);
        _memory.Dispose();
        Pass(minutes: 5, 0);
        Assert.Equal(0, _given);
    }

    private void Pass(int minutes, long allocatedEach)
    {
        for (; minutes > 0; minutes--)
        {
            _allocated += allocatedEach;
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
    }
}

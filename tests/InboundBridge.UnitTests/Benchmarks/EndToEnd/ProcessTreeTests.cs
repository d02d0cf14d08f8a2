using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.UnitTests.Benchmarks.EndToEnd;

public class ProcessTreeTests
{
    [Fact]
    public void It_has_children_and_their_children_and_nobody_else()
    {
        LivingProcess[] all =
            [Process(30, 20), Process(2, 1), Process(20, 10), Process(10, 1), Process(21, 10), Process(1, 0), Process(31, 2)];
        Assert.Equal([10, 20, 21, 30], ProcessTree.Below(10, all).Select(process => process.Id).Order());
    }

    [Fact]
    public void Of_a_process_that_has_ended_nothing_is_left() => Assert.Empty(ProcessTree.Below(10, [Process(1, 0), Process(20, 10)]));

    [Fact]
    public void This_process_has_used_time_and_memory()
    {
        Assert.True(ProcessTree.Cpu(Environment.ProcessId) > TimeSpan.Zero);
        Assert.True(ProcessTree.Memory(Environment.ProcessId) > 1024 * 1024);
    }

    private static LivingProcess Process(int id, int parent) => new(id, parent, TimeSpan.Zero);
}

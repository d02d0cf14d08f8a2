using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.UnitTests.Benchmarks.EndToEnd;

public class RoundsTests
{
    [Fact]
    public async Task Each_warms_up_by_itself_and_then_they_run_in_turn()
    {
        var order = new List<string>();
        var load = new LoadOptions
        {
            Rounds = 2,
            Messages = 1,
            Connections = 1,
            Size = 1,
            Rules = 1,
            Format = "json",
            Folder = "",
            Systems = [],
            Appliances = [],
            WarmUp = TimeSpan.Zero,
        };
        var counted = await Rounds.RunAsync(
            [new NamedSystem("a"), new NamedSystem("b")],
            load,
            (system, round) =>
            {
                order.Add($"{system.Name}{round}");
                return Task.FromResult(order[^1]);
            },
            run => run);
        Assert.Equal(["a0", "b0", "a1", "b1", "a2", "b2"], order);
        Assert.Equal(["a1", "b1", "a2", "b2"], counted);
    }

    private sealed class NamedSystem(string name) : IMeasuredSystem
    {
        public string Name => name;

        public int Port => throw new NotSupportedException();

        public ServerProcess Process => throw new NotSupportedException();

        public int Share => 1;

        public void Reset(int messages) => throw new NotSupportedException();

        public Task AllArrivedAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public void Conclude() => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

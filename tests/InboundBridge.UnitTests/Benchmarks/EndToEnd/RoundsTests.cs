using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.UnitTests.Benchmarks.EndToEnd;

public class RoundsTests
{
    private readonly List<string> _order = [];

    [Fact]
    public async Task Each_warms_up_by_itself_and_then_they_run_in_turn()
    {
        var counted = await RunAsync(new Queue<double>(), quiet: 1);
        Assert.Equal(["a0", "b0", "a1", "b1", "a2", "b2"], _order);
        Assert.Equal(["a1", "b1", "a2", "b2"], counted.Select(run => run.Name));
    }

    [Fact]
    public async Task A_disturbed_run_is_repeated_at_once_and_a_warm_up_is_not()
    {
        var counted = await RunAsync(new Queue<double>([0.9, 0.9, 0.13, 0.12, 0.5, 0.4, 0.02]), quiet: 0.12);
        Assert.Equal(["a0", "b0", "a1", "a1", "b1", "b1", "b1", "a2", "b2"], _order);
        Assert.Equal([0.12, 0.02, 0, 0], counted.Select(run => run.Others));
    }

    [Fact]
    public async Task If_the_machine_never_is_quiet_the_quietest_run_counts()
    {
        var disturbed = Enumerable.Range(0, Rounds.MostAttempts).Select(attempt => attempt == 4 ? 0.3 : 0.5 + (attempt / 100.0));
        var counted = await RunAsync(new Queue<double>([0, 0, .. disturbed]), quiet: 0.12);
        Assert.Equal(Rounds.MostAttempts, _order.Count(run => run == "a1"));
        Assert.Equal([0.3, 0, 0, 0], counted.Select(run => run.Others));
    }

    /// <param name="others">The share of unrelated processes in each run, in order; then none.</param>
    private Task<List<Run>> RunAsync(Queue<double> others, double quiet) => Rounds.RunAsync(
        [new NamedSystem("a"), new NamedSystem("b")],
        new LoadOptions
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
            Quiet = quiet,
        },
        (system, round) =>
        {
            _order.Add($"{system.Name}{round}");
            return Task.FromResult(new Run(_order[^1], others.TryDequeue(out var taken) ? taken : 0));
        },
        run => run.Name);

    private sealed record Run(string Name, double Others) : IMeasuredRun;

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

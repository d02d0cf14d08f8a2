using System.Diagnostics;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// Waits for a condition by checking it again and again until it holds or the time is over. Scenarios wait in no other way.
/// </summary>
internal sealed class Deadline
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _allowed;

    private Deadline(TimeSpan allowed) => _allowed = allowed;

    /// <summary>Long enough for a busy machine with two cores; a scenario that passes never waits so long.</summary>
    public static Deadline Usual => In(TimeSpan.FromSeconds(60));

    public TimeSpan Left => _allowed - Stopwatch.GetElapsedTime(_start);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public static Deadline In(TimeSpan allowed) => new(allowed);

    public static Deadline InSeconds(double seconds) => new(TimeSpan.FromSeconds(seconds));

    /// <param name="condition">True when the wait is over.</param>
    /// <param name="what">Completes "timed out waiting for …".</param>
    /// <param name="state">Describes the current state for the failure's message.</param>
    /// <exception cref="TimeoutException">The condition did not hold in time.</exception>
    public Task UntilAsync(Func<bool> condition, string what, Func<string>? state = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, state);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, Func{string}?)"/>
    public async Task UntilAsync(Func<Task<bool>> condition, string what, Func<string>? state = null)
    {
        while (!await condition())
        {
            if (Left <= TimeSpan.Zero)
                throw new TimeoutException($"timed out after {_allowed.TotalSeconds:0.#} s waiting for {what}\n{state?.Invoke()}");
            await Task.Delay(Interval, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the question has an answer other than null.</summary>
    public async Task<T> ForAsync<T>(Func<T?> question, string what, Func<string>? state = null)
        where T : class
    {
        T? answer = null;
        await UntilAsync(() => (answer = question()) is not null, what, state);
        return answer!;
    }
}

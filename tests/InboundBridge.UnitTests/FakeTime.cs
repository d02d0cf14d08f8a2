namespace InboundBridge.UnitTests;

internal static class FakeTime
{
    /// <summary>Where a test's clock starts, unless the test says otherwise.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Advances the clock until the task has ended: for code that waits for a peer which never answers.</summary>
    public static async Task AdvanceUntilAsync(this FakeTimeProvider clock, Task task, CancellationToken cancellationToken)
    {
        while (!task.IsCompleted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
    }
}

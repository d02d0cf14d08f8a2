using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Destinations;

/// <summary>
/// How long the mail of a destination has waited, in steps. Only the newest deliveries are looked at: those behind them are older, and are
/// counted by the store's totals, so a backlog of a million costs no more than one of a thousand.
/// </summary>
/// <param name="Rest">Deliveries that were not looked at and may belong to several steps.</param>
/// <param name="RestAge">How old they are at least.</param>
public sealed record WaitingAges(IReadOnlyList<long> Counts, long Rest, TimeSpan RestAge)
{
    public static readonly string[] Names = ["under 1 min", "1 to 10 min", "10 min to 1 h", "over 1 h"];

    private static readonly TimeSpan[] Steps = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];

    /// <summary>Rest that is older than all steps is in the last one.</summary>
    internal static WaitingAges Of(IReadOnlyList<(IReadOnlyList<SpooledDelivery> Newest, long Total)> states, DateTimeOffset now)
    {
        var counts = new long[Steps.Length + 1];
        var (rest, restAge) = (0L, TimeSpan.MaxValue);
        foreach (var (newest, total) in states)
        {
            foreach (var delivery in newest)
                counts[StepOf(now - delivery.CreatedAt)]++;
            var left = Math.Max(0, total - newest.Count);
            if (left == 0 || newest.Count == 0)
                continue;
            var age = now - newest[^1].CreatedAt;
            if (StepOf(age) == Steps.Length)
                counts[^1] += left;
            else
                (rest, restAge) = (rest + left, age < restAge ? age : restAge);
        }
        return new WaitingAges(counts, rest, rest == 0 ? TimeSpan.Zero : restAge);
    }

    /// <summary>What is said about the rest; null where there is none.</summary>
    public string? RestWords => Rest == 0 ? null : $"{NumberText.Count(Rest)} more have waited for {AgoText.Span(RestAge)} or longer.";

    private static int StepOf(TimeSpan age)
    {
        var step = Array.FindIndex(Steps, limit => age < limit);
        return step < 0 ? Steps.Length : step;
    }
}

using InboundBridge.Yaml;

namespace InboundBridge.Operations.Replaying;

/// <summary>What became of a comparison of rules.</summary>
internal abstract record ComparisonOutcome
{
    private ComparisonOutcome()
    {
    }

    /// <param name="Examined">Messages of this page.</param>
    /// <param name="Gone">Those whose octets are no longer kept.</param>
    /// <param name="Next">Cursor of the next page; null after the last.</param>
    internal sealed record Compared(int Examined, int Gone, IReadOnlyList<RouteChange> Changes, string? Next) : ComparisonOutcome;

    /// <summary>The files that came along could not lie in a folder of rules.</summary>
    internal sealed record Invalid(string Problem) : ComparisonOutcome;

    /// <summary>The rules that came along have errors.</summary>
    internal sealed record Unreadable(SourceProblems Problems) : ComparisonOutcome;
}

using InboundBridge.Yaml;

namespace InboundBridge.Operations.Replaying;

/// <summary>The outcome of comparing rules.</summary>
internal abstract record ComparisonOutcome
{
    private ComparisonOutcome()
    {
    }

    /// <param name="Examined">Messages of this page.</param>
    /// <param name="Gone">Those whose octets are no longer kept.</param>
    /// <param name="Next">Cursor of the next page; null after the last.</param>
    internal sealed record Compared(int Examined, int Gone, IReadOnlyList<RouteChange> Changes, string? Next) : ComparisonOutcome;

    /// <summary>The request's files have names or content that no folder of rules could have.</summary>
    internal sealed record Invalid(string Problem) : ComparisonOutcome;

    /// <summary>The rules in the request have errors.</summary>
    internal sealed record Unreadable(SourceProblems Problems) : ComparisonOutcome;
}

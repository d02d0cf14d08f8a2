using InboundBridge.Publishing;

namespace InboundBridge.Ui.Pages.Configuration;

/// <summary>The DNS records of one domain.</summary>
/// <param name="Problem">Why nothing could be compared; null where it was.</param>
public sealed record RecordsModel(string Domain, IReadOnlyList<RecordLine> Items, DateTimeOffset At, string? Problem);

/// <param name="Line">As a line of a zone file.</param>
/// <param name="State"><c>published</c>, <c>warning</c> or <c>to do</c>.</param>
public sealed record RecordLine(string Line, string State, IReadOnlyList<string> Published, string? Advice)
{
    internal static RecordLine Of(RecordFinding finding) => new(
        finding.Line,
        finding.State switch { RecordState.Ok => "published", RecordState.Warning => "warning", _ => "to do" },
        finding.State == RecordState.Ok ? [] : finding.Published, finding.Advice);
}

namespace InboundBridge.Ui.Pages.Message;

/// <summary>The rows of a report, as text.</summary>
internal sealed record ReportTable(IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string?>> Rows);

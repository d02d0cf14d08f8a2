namespace InboundBridge.Ui.Pages.Log;

/// <summary>What happened lately, from the spool; the page's script adds what happens from now on.</summary>
/// <param name="Kind">The kind that is shown; null for all.</param>
public sealed record LogModel(IReadOnlyList<LogLine> Lines, string? Kind);

/// <param name="Kind">As an event's.</param>
/// <param name="Message">The id of the message.</param>
public sealed record LogLine(DateTimeOffset At, string Kind, string Text, string Message);

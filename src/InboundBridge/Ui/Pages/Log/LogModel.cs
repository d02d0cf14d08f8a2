namespace InboundBridge.Ui.Pages.Log;

/// <summary>The latest events; the page's script adds what happens from now on.</summary>
/// <param name="Problem">What is wrong with the filter; null where it is fine.</param>
public sealed record LogModel(LogFilterText Filter, IReadOnlyList<LogLine> Lines, string? Problem)
{
    /// <summary>Lines beyond these were left out.</summary>
    public bool IsCut { get; init; }
}

/// <summary>The filter as somebody wrote it.</summary>
/// <param name="Kind">The kind that is shown; null for all.</param>
/// <param name="Message">The id of a message.</param>
/// <param name="Text">What a line has somewhere.</param>
public sealed record LogFilterText(string? Kind, string? Message, string? Text)
{
    public bool IsEmpty => this == new LogFilterText(null, null, null);

    /// <summary>The stream of events knows kinds only; with another filter the script reads the page again.</summary>
    public bool IsKindOnly => Message is null && Text is null;
}

/// <param name="Kind">As an event's.</param>
/// <param name="Message">The id of the message; null for none.</param>
public sealed record LogLine(DateTimeOffset At, string Kind, string Text, string? Message)
{
    /// <summary>Where the line leads; null where it leads nowhere.</summary>
    public string? Address { get; init; } = Message is null ? null : $"/ui/messages/{Message}";

    public bool Has(string text) => Text.Contains(text, StringComparison.OrdinalIgnoreCase);
}

using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Ui.Pages.Log;

/// <summary>The latest events; the page's script adds what happens from now on.</summary>
/// <param name="Known">The destinations that a filter may name.</param>
/// <param name="Problem">What is wrong with the filter; null where it is fine.</param>
public sealed record LogModel(LogFilterText Filter, IReadOnlyList<string> Known, IReadOnlyList<LogLine> Lines, string? Problem)
{
    /// <summary>Lines beyond these were left out.</summary>
    public bool IsCut { get; init; }
}

/// <summary>The filter as somebody wrote it.</summary>
/// <param name="Kind">The kind that is shown; null for all.</param>
/// <param name="Message">The id of a message.</param>
/// <param name="Text">Part of a line, or of the address of a recipient that the line is about.</param>
public sealed record LogFilterText(string? Kind, string? Destination, string? Message, string? Text)
{
    public bool IsEmpty => this == new LogFilterText(null, null, null, null);

    /// <summary>The stream of events knows kinds only; with another filter the script reads the page again.</summary>
    public bool IsKindOnly => this == new LogFilterText(Kind, null, null, null);

    public bool Fits(LogLine line) =>
        (Kind is null || line.Kind == Kind) && (Destination is null || line.Destination == Destination)
        && (Message is null || line.Message == Message) && (Text is null || line.Has(Text));
}

/// <param name="Kind">As an event's.</param>
/// <param name="Message">The id of the message; null for none.</param>
public sealed record LogLine(DateTimeOffset At, string Kind, string Text, string? Message)
{
    /// <summary>Where the line leads; null where it leads nowhere.</summary>
    public string? Address { get; init; } = Message is null ? null : $"/ui/messages/{Message}";

    /// <summary>The destination that it is about; null for none.</summary>
    public string? Destination { get; init; }

    /// <summary>All that it is about: the text names the first alone.</summary>
    public IEnumerable<MailRecipient> Recipients { get; init; } = [];

    public bool Has(string text) => Text.Contains(text, StringComparison.OrdinalIgnoreCase) || Recipients.Any(
        each => each.Address.Contains(text, StringComparison.OrdinalIgnoreCase)
            || each.Original.Contains(text, StringComparison.OrdinalIgnoreCase));
}

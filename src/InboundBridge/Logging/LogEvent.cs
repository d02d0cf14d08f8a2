namespace InboundBridge.Logging;

/// <summary>An event that is about to be written as a line.</summary>
/// <param name="Name">The method that logs it; null where code logs without one.</param>
/// <param name="Message">The formatted message; null where the format does not show it.</param>
/// <param name="Fields">Names and values; the template itself is among them as <see cref="Template"/>.</param>
internal readonly record struct LogEvent(
    DateTimeOffset At, LogLevel Level, string Category, int Id, string? Name, string? Message,
    IReadOnlyList<KeyValuePair<string, object?>>? Fields, Exception? Exception)
{
    /// <summary>The name under which Microsoft.Extensions.Logging adds the template to the fields.</summary>
    public const string Template = "{OriginalFormat}";

    /// <summary>Characters.</summary>
    public const int LongestLevel = 5;

    public string LevelName => Level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    /// <summary>The event's name, or the category's last part; in the spelling of fields.</summary>
    public FieldName ShownName => FieldName.Of(string.IsNullOrEmpty(Name) ? Category[(Category.LastIndexOf('.') + 1)..] : Name);
}

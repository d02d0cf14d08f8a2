namespace InboundBridge.Logging;

/// <summary>One event on its way to a line.</summary>
/// <param name="Name">The method that logs it; null where code logs without one.</param>
/// <param name="Message">The words; null where the format does not show them.</param>
/// <param name="Fields">Names and values of the template; without the template itself.</param>
internal readonly record struct LogEvent(
    DateTimeOffset At, LogLevel Level, string Category, int Id, string? Name, string? Message,
    IReadOnlyList<KeyValuePair<string, object?>>? Fields, Exception? Exception)
{
    /// <summary>What Microsoft.Extensions.Logging calls the template among the fields.</summary>
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

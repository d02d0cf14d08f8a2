using System.Buffers;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Logging;

/// <summary>Passes Microsoft.Extensions.Logging's events to <see cref="LogWriter"/>: one line an event, in the configured format.</summary>
internal sealed class ApplianceLoggerProvider : ILoggerProvider
{
    private const int FirstLine = 1024;

    /// <summary>Octets. A thread's buffer that grew beyond this is not kept for its next line.</summary>
    private const int LongestLineKept = 256 * 1024;

    private ILogLineFormat _format;
    private readonly TimeProvider _time;
    private readonly LogWriter _writer;
    private SecretFilter _secrets = SecretFilter.None;

    public ApplianceLoggerProvider(LogFormat format, TimeProvider time, Stream output)
    {
        _format = FormatOf(format);
        _time = time;
        _writer = new LogWriter(output, LossNotice);
    }

    /// <summary>Lines thrown away since the start.</summary>
    public long Lost => _writer.Lost;

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>Hides these secrets from the next line on; called at start and after each reload.</summary>
    public void Hide(SecretFilter secrets) => Volatile.Write(ref _secrets, secrets);

    /// <summary>Changes the format from the next line on.</summary>
    public void Use(LogFormat format) => Volatile.Write(ref _format, FormatOf(format));

    public void Dispose() => _writer.Dispose();

    private static ILogLineFormat FormatOf(LogFormat format) => format == LogFormat.Json ? new JsonLogLine() : new TextLogLine();

    private void Write<TState>(
        LogLevel level, string category, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> words)
    {
        var fields = state as IReadOnlyList<KeyValuePair<string, object?>>;
        // The template itself is one of the fields.
        var message = _format.ShowsMessage(level, fields is { Count: > 1 }) ? words(state, exception) : null;
        var logEvent = new LogEvent(_time.GetUtcNow(), level, category, id.Id, id.Name, message, fields, exception);
        // The thread's buffer is taken out while it is in use: a value whose ToString logs must get another one.
        var line = _line ?? new ArrayBufferWriter<byte>(FirstLine);
        _line = null;
        _format.Write(logEvent, line);
        _writer.Write(Volatile.Read(ref _secrets).Hide(line.WrittenSpan) ?? line.WrittenSpan);
        if (line.Capacity > LongestLineKept)
            return;
        line.ResetWrittenCount();
        _line = line;
    }

    private byte[] LossNotice(long lost)
    {
        var line = new ArrayBufferWriter<byte>();
        _format.Write(
            new LogEvent(
                _time.GetUtcNow(), LogLevel.Warning, "InboundBridge.Logging", 0, "LogLinesLost", "log lines were lost",
                [new("Lines", lost)], null), line);
        return line.WrittenSpan.ToArray();
    }

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    private sealed class LineLogger(ApplianceLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                provider.Write(logLevel, category, eventId, state, exception, formatter);
        }
    }
}
